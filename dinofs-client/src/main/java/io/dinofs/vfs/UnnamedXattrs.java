package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The extended attributes of an open file without a name, which are in memory. For any threads. */
final class UnnamedXattrs implements XattrView {
  private final ConcurrentSkipListMap<Bytes, Bytes> values;

  UnnamedXattrs(Map<Bytes, Bytes> values) {
    this.values = new ConcurrentSkipListMap<>(values);
  }

  @Override
  public Optional<Bytes> get(Bytes name) {
    return Optional.ofNullable(values.get(name));
  }

  @Override
  public void put(Bytes name, Bytes value) throws DinofsException {
    if (!values.containsKey(name)) {
      CommittedXattrs.requireRoom(values.size());
    }
    values.put(name, value);
  }

  @Override
  public void remove(Bytes name) {
    values.remove(name);
  }

  @Override
  public int count() {
    return values.size();
  }

  List<Bytes> names() {
    return List.copyOf(values.keySet());
  }

  Map<Bytes, Bytes> all() {
    return Map.copyOf(values);
  }
}
