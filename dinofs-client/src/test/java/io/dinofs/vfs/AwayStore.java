package io.dinofs.vfs;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.VersionedStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A metadata server that takes no commits while it is away; what is cached can be read. */
final class AwayStore {
  static final String REASON = "the test lets the server be away";

  private final VersionedStore store;
  private volatile boolean away;

  AwayStore(VersionedStore store) {
    this.store = store;
  }

  void setAway(boolean value) {
    away = value;
  }

  VersionedStore store() {
    return (VersionedStore)
        Proxy.newProxyInstance(
            VersionedStore.class.getClassLoader(),
            new Class<?>[] {VersionedStore.class},
            (proxy, method, arguments) -> {
              if (away && method.getName().equals("commit")) {
                throw new DinofsException(ErrorKind.UNAVAILABLE, REASON);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
