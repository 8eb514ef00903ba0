package io.dinofs.vfs;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import java.util.function.Function;

/**
 * A file system that tells what becomes of its volume, so that whoever keeps its answers can keep
 * them true. Safe for any number of threads.
 */
public interface ChangeFeed {
  /**
   * From now on tells an observer of every change, this node's own ones included, and lets other
   * nodes' changes wait for {@link Observation#applied}.
   *
   * @param observer makes the observer, which may be told as soon as it is made
   * @throws IllegalStateException if there is an observer already
   */
  Observation observe(Function<Observation, VolumeObserver> observer);

  /**
   * Whether the file holds writes that are not committed, so that its attributes are this node's
   * view and will be others when they are.
   */
  boolean isDirty(InodeId inode);

  /** Being told. Safe for any number of threads. */
  interface Observation extends AutoCloseable {
    /**
     * The observer keeps nothing any more that is older than {@code upTo}. A number that is not
     * greater than one before says nothing.
     */
    void applied(CommitNumber upTo);

    /**
     * Whether the observer is told of everything before others see it return. If not, the node has
     * lost its server, and nothing that is kept may be taken for true.
     */
    boolean isCurrent();

    /** No call of the observer starts after this returns, and nobody waits for it any more. */
    @Override
    void close();
  }
}
