package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * One operation of the differential test.
 *
 * @param mount the mount it has to be done on, because of a file that is open there
 * @param paths what it may change, relative to the root
 * @param user whom it is done as: user and group id
 * @param action does it on a side and tells in words everything that came of it
 */
record Step(
    String description,
    OptionalInt mount,
    List<Bytes> paths,
    int user,
    int umask,
    Function<Side, String> action) {

  String on(Side side) {
    int oldMask = Posix.umask(umask);
    if (user != 0) {
      Posix.actAs(user, user);
    }
    try {
      return action.apply(side);
    } finally {
      if (user != 0) {
        Posix.actAs(0, 0);
      }
      Posix.umask(oldMask);
    }
  }

  @Override
  public String toString() {
    return description
        + (user == 0 ? "" : " as " + user)
        + (umask == 022 ? "" : " umask " + Integer.toOctalString(umask));
  }
}
