package io.dinofs.remote.metadata;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VolumeScan;
import io.dinofs.wire.Message;
import java.util.List;

/** A scan whose state the server keeps for the connection. */
final class RemoteScan implements VolumeScan {
  private final Session session;
  private final long scan;
  private final CommitNumber at;

  /** What was read already, or null. */
  private List<VersionedRecord> ahead;

  /** What the page before ended with, or null. */
  private RecordKey last;

  private boolean over;

  private RemoteScan(Session session, Message.Scanned first) {
    this.session = session;
    this.scan = first.scan();
    this.at = first.at();
    this.ahead = first.records();
  }

  static RemoteScan begin(Session session) throws DinofsException {
    return new RemoteScan(session, call(session, Message.Scan.NEW_SCAN));
  }

  private static Message.Scanned call(Session session, long scan) throws DinofsException {
    Message answer = session.call(tag -> new Message.Scan(tag, scan));
    if (answer instanceof Message.Scanned scanned) {
      return scanned;
    }
    throw Requests.unexpected(answer);
  }

  @Override
  public CommitNumber at() {
    return at;
  }

  @Override
  public List<VersionedRecord> next() throws DinofsException {
    if (over) {
      return List.of();
    }
    List<VersionedRecord> page = ahead != null ? ahead : call(session, scan).records();
    ahead = null;
    AnswerCheck.scanned(last, page);
    over = page.isEmpty();
    last = over ? last : page.get(page.size() - 1).key();
    return page;
  }

  @Override
  public void close() {
    if (!over) {
      over = true;
      session.tell(new Message.EndScan(scan));
    }
  }
}
