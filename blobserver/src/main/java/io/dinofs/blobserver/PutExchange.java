package io.dinofs.blobserver;

import io.dinofs.blobserver.Draft.Progress;
import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Store;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a blob. Pieces of the body are collected until they are worth a disk thread's time, and the
 * client is read from while one of those writes, so that little of a body is in memory.
 */
final class PutExchange implements Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(PutExchange.class);

  /** Worth a disk thread's time: each hand-over wakes two threads. */
  private static final int WRITE_BYTES = 256 << 10;

  /** With so much waiting for the disk, no more is read. */
  private static final int MAX_WAITING_BYTES = 2 * WRITE_BYTES;

  /**
   * What a piece costs beside its bytes, so that a body of tiny chunks is not collected for ever.
   */
  private static final int PIECE_OVERHEAD_BYTES = 256;

  private final Answerer answerer;
  private final Service service;
  private final BlobKey key;
  private final boolean expectsContinue;
  private final Draft draft;

  private List<ByteBuf> waiting = new ArrayList<>();
  private int waitingBytes;
  private long receivedBytes;
  private boolean ended;

  /** A disk thread has the draft. */
  private boolean writing;

  /** A disk thread had the draft. */
  private boolean started;

  /** The rest of the body does not matter. */
  private boolean draining;

  /** There is an answer, or nobody to answer to. */
  private boolean over;

  PutExchange(Answerer answerer, Service service, BlobKey key, boolean expectsContinue) {
    this.answerer = answerer;
    this.service = service;
    this.key = key;
    this.expectsContinue = expectsContinue;
    this.draft = service.blobs().newDraft(key);
  }

  @Override
  public void start() {
    if (expectsContinue) {
      answerBeforeBody();
    } else {
      answerer.readBody();
    }
  }

  private void answerBeforeBody() {
    try {
      service
          .threads()
          .read(
              () -> {
                Result result =
                    Result.of(
                        () -> service.blobs().keep(key) ? Progress.PRESENT : Progress.UNFINISHED);
                answerer.loop().execute(() -> lookedUp(result));
              });
    } catch (DinofsException e) {
      fail(e);
    }
  }

  private void lookedUp(Result result) {
    if (over) {
      return;
    }
    if (result.failure() != null) {
      fail(result.failure());
    } else if (result.progress() == Progress.PRESENT) {
      over = true;
      answerer.answerAndClose(Responses.empty(HttpResponseStatus.OK));
    } else {
      answerer.sendContinue();
      answerer.readBody();
    }
  }

  @Override
  public void body(ByteBuf piece, boolean last) {
    receivedBytes += piece.readableBytes();
    ended = last;
    if (over || draining) {
      piece.release();
      goOn();
      return;
    }
    waiting.add(piece);
    waitingBytes += piece.readableBytes() + PIECE_OVERHEAD_BYTES;
    if (receivedBytes > Store.MAX_VALUE_BYTES) {
      over = true;
      giveUp();
      answerer.answerAndClose(Responses.tooBig());
      return;
    }
    goOn();
  }

  private void goOn() {
    if (over) {
      return;
    }
    if (draining && ended) {
      over = true;
      answerer.answer(Responses.empty(HttpResponseStatus.OK));
      return;
    }
    if (!draining && !writing && (ended || waitingBytes >= WRITE_BYTES)) {
      write();
    }
    if (!over && !ended && waitingBytes < MAX_WAITING_BYTES) {
      answerer.readBody();
    }
  }

  private void write() {
    List<ByteBuf> pieces = waiting;
    boolean last = ended;
    waiting = new ArrayList<>();
    waitingBytes = 0;
    writing = true;
    started = true;
    try {
      service.threads().write(() -> writeOnDisk(pieces, last));
    } catch (DinofsException e) {
      pieces.forEach(ByteBuf::release);
      writing = false;
      fail(e);
    }
  }

  private void writeOnDisk(List<ByteBuf> pieces, boolean last) {
    Result result;
    try {
      result = Result.of(() -> draft.append(pieces, last));
    } finally {
      pieces.forEach(ByteBuf::release);
    }
    if (result.progress() == Progress.STORED) {
      service.arrivals().arrived(key);
    }
    answerer.loop().execute(() -> written(result));
  }

  private void written(Result result) {
    writing = false;
    if (over) {
      giveUp();
    } else if (result.failure() != null) {
      fail(result.failure());
    } else {
      switch (result.progress()) {
        case UNFINISHED -> goOn();
        case PRESENT -> {
          draining = true;
          releaseWaiting();
          goOn();
        }
        case STORED -> {
          over = true;
          answerer.answer(Responses.empty(HttpResponseStatus.CREATED));
        }
        case WRONG_HASH -> {
          over = true;
          LOG.info("refused a blob of {} bytes that is not {}", receivedBytes, key);
          answerer.answer(
              Responses.text(
                  HttpResponseStatus.UNPROCESSABLE_ENTITY, "the body's SHA-256 is not " + key));
        }
      }
    }
  }

  private void fail(DinofsException failure) {
    over = true;
    giveUp();
    LOG.warn("cannot take blob {}: {}", key, failure.getMessage());
    if (ended) {
      answerer.answer(Responses.failure(failure));
    } else {
      answerer.answerAndClose(Responses.failure(failure));
    }
  }

  @Override
  public void abandoned() {
    over = true;
    giveUp();
  }

  @Override
  public void serverStops() {
    // An upload under way may still end.
  }

  /** Leaves nothing of the draft; if a disk thread has it, that is done when it gives it back. */
  private void giveUp() {
    releaseWaiting();
    if (writing || !started) {
      return;
    }
    try {
      service.threads().write(draft::discard);
    } catch (DinofsException e) {
      LOG.warn("an unfinished upload of {} stays until the next start: {}", key, e.getMessage());
    }
  }

  private void releaseWaiting() {
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    waitingBytes = 0;
  }

  /** What a disk thread has to say: one of the two is null. */
  private record Result(Progress progress, DinofsException failure) {
    interface Step {
      Progress run() throws DinofsException;
    }

    static Result of(Step step) {
      try {
        return new Result(step.run(), null);
      } catch (DinofsException e) {
        return new Result(null, e);
      } catch (RuntimeException e) {
        LOG.error("unexpected failure", e);
        return new Result(null, new DinofsException(ErrorKind.IO, "unexpected: " + e, e));
      }
    }
  }
}
