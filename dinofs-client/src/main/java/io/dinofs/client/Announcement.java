package io.dinofs.client;

/** Who is told that the mount is usable, or why it never will be. */
interface Announcement {
  /** The mount is usable; called at most once. */
  void usable(String message);

  /** The program fails. */
  void failed(String message);

  /** One line on stdout when usable, one on stderr for each failure. */
  static Announcement toTerminal() {
    return new Announcement() {
      @Override
      public void usable(String message) {
        System.out.println("dinofs: " + message);
      }

      @Override
      public void failed(String message) {
        System.err.println("dinofs: " + message);
      }
    };
  }
}
