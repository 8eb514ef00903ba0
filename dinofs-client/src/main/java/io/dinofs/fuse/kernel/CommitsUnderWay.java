package io.dinofs.fuse.kernel;

import io.dinofs.model.CommitNumber;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The commits of which the kernel has not let everything go yet, in order. Says how far all is let
 * go, under no lock, so that a number may come after a greater one; it says nothing new then. Safe
 * for any number of threads.
 */
final class CommitsUnderWay {
  private final Consumer<CommitNumber> applied;

  /** Guarded by this. */
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  /** The newest commit that began. Guarded by this. */
  private CommitNumber newest = CommitNumber.NONE;

  /** How many notifications are awaited. Guarded by this. */
  private int outstanding;

  /**
   * @param applied is told how far everything is let go; called by the thread that ends the last
   *     notification
   */
  CommitsUnderWay(Consumer<CommitNumber> applied) {
    this.applied = applied;
  }

  /** A commit, and what is still awaited for it. Guarded by its owner. */
  static final class Waiting {
    private final CommitNumber number;
    private int names;
    private int pages;
    private int attributes;

    private Waiting(CommitNumber number) {
      this.number = number;
    }

    private int outstanding() {
      return names + pages + attributes;
    }

    private void giveUp() {
      names = 0;
      pages = 0;
      attributes = 0;
    }
  }

  /** What a notification is about. */
  enum Kind {
    NAME,
    PAGES,
    ATTRIBUTES
  }

  /** A commit begins; it is over when each of its notifications is. */
  Waiting begin(CommitNumber number, int names, int pages, int attributes) {
    Waiting added = new Waiting(number);
    added.names = names;
    added.pages = pages;
    added.attributes = attributes;
    synchronized (this) {
      newest = number;
      outstanding += added.outstanding();
      waiting.add(added);
    }
    say();
    return added;
  }

  /** One of a commit's notifications is over. One that was given up before does not count. */
  void done(Waiting commit, Kind kind) {
    synchronized (this) {
      boolean counts =
          switch (kind) {
            case NAME -> commit.names > 0;
            case PAGES -> commit.pages > 0;
            case ATTRIBUTES -> commit.attributes > 0;
          };
      if (!counts) {
        return;
      }
      switch (kind) {
        case NAME -> commit.names--;
        case PAGES -> commit.pages--;
        case ATTRIBUTES -> commit.attributes--;
      }
      outstanding--;
    }
    say();
  }

  synchronized boolean awaitsNames(Waiting commit) {
    return commit.names > 0;
  }

  synchronized boolean awaitsPages(Waiting commit) {
    return commit.pages > 0;
  }

  /** All names of commits that have begun by now are let go, in another way. */
  void namesDone() {
    synchronized (this) {
      for (Waiting commit : waiting) {
        outstanding -= commit.names;
        commit.names = 0;
      }
    }
    say();
  }

  /** The pages of a commit are not waited for any more. */
  void pagesDone(Waiting commit) {
    synchronized (this) {
      outstanding -= commit.pages;
      commit.pages = 0;
    }
    say();
  }

  /**
   * Everything of all commits that have begun by now is let go in one other way, as if that were a
   * notification about attributes.
   */
  synchronized Waiting replaceAll() {
    waiting.forEach(Waiting::giveUp);
    waiting.clear();
    Waiting all = new Waiting(newest);
    all.attributes = 1;
    outstanding = 1;
    waiting.add(all);
    return all;
  }

  /** As {@link #replaceAll()}, and the next commit is the one after {@code at}. */
  synchronized Waiting restart(CommitNumber at) {
    newest = at;
    return replaceAll();
  }

  /** How many notifications are awaited. */
  synchronized int outstanding() {
    return outstanding;
  }

  private void say() {
    CommitNumber upTo = takeDone();
    if (!upTo.equals(CommitNumber.NONE)) {
      applied.accept(upTo);
    }
  }

  private synchronized CommitNumber takeDone() {
    CommitNumber upTo = CommitNumber.NONE;
    while (!waiting.isEmpty() && waiting.peek().outstanding() == 0) {
      upTo = waiting.poll().number;
    }
    return upTo;
  }
}
