package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Where {@link KernelInvalidator} tells the kernel what has changed: it keeps names, attributes,
 * pages and listings for as long as the settings say, but not what may have changed while its
 * answer was made, and nothing while the node has lost its server.
 */
final class CoherentCaching implements CachePolicy {
  /** Between the answer to an open(2) and the kernel's look at the permissions (may_open). */
  private static final Validity NEW_ATTRIBUTES_HOLD = Validity.of(Duration.ofMillis(5));

  private final KernelState state;
  private final Validity attributesHold;
  private volatile Validity namesHold;
  private final Predicate<InodeId> isDirty;
  private final Effects effects;
  private volatile boolean current;

  /**
   * @param isDirty whether a file holds writes that are not committed
   * @param effects what has to be done about the kernel
   */
  CoherentCaching(
      KernelState state,
      KernelCacheSettings settings,
      Predicate<InodeId> isDirty,
      Effects effects) {
    this.state = state;
    this.namesHold = settings.names();
    this.attributesHold = settings.attributes();
    this.isDirty = isDirty;
    this.effects = effects;
  }

  /** What an answer, or a request without one, brings about at the kernel. */
  interface Effects {
    /** See {@link CachePolicy#settle}. */
    void settle();

    /** See {@link CachePolicy#forgottenInPart}. */
    void dropAgain(InodeId inode);
  }

  /** Whether the node hears of every change in time; at first it does not. */
  void setCurrent(boolean now) {
    current = now;
  }

  /** Names hold for so long from now on. */
  void limitNames(Duration duration) {
    namesHold = Validity.of(duration);
  }

  @Override
  public CacheTicket newTicket() {
    return new Ticket();
  }

  @Override
  public boolean invalidatesPages() {
    return true;
  }

  @Override
  public void settle() {
    effects.settle();
  }

  @Override
  public void forgottenInPart(InodeId inode) {
    effects.dropAgain(inode);
  }

  @Override
  public void directoryRead(InodeId directory) {
    state.listings().dropped(directory);
  }

  @Override
  public void directoryClosed(InodeId directory) {
    state.listings().closed(directory);
  }

  private final class Ticket implements CacheTicket {
    private long since;

    @Override
    public void begin(InodeId inode) {
      since = state.stamps().now();
    }

    @Override
    public void locksPages(InodeId inode) {
      state.locks().hold(this, inode);
    }

    @Override
    public Validity name(InodeId parent, Name name) {
      state.told().add(parent, name);
      return current && state.stamps().nameHeld(parent, name, since) ? namesHold : Validity.NONE;
    }

    @Override
    public void asOf(CommitNumber commit) {
      since = Math.max(since, state.stamps().ofOwn(commit));
    }

    @Override
    public long time() {
      return since;
    }

    @Override
    public Validity entry(InodeId directory, Name name, long readSince) {
      return state.stamps().listingHeld(directory, readSince)
          ? name(directory, name)
          : Validity.NONE;
    }

    @Override
    public Validity attributes(InodeId inode) {
      return current && state.stamps().attributesHeld(inode, since) && !isDirty.test(inode)
          ? attributesHold
          : Validity.NONE;
    }

    @Override
    public Validity newAttributes(InodeId inode) {
      return attributes(inode).equals(Validity.NONE) ? Validity.NONE : NEW_ATTRIBUTES_HOLD;
    }

    @Override
    public boolean held(InodeId inode) {
      return state.stamps().attributesHeld(inode, since);
    }

    @Override
    public boolean pagesAreTrue(InodeId inode, Attributes attributes) {
      boolean keep = state.kept().opened(inode, attributes);
      return keep && !state.drops().isUnderWay(inode);
    }

    @Override
    public int directoryFlags(InodeId directory) {
      if (!current) {
        return Answers.KEEP_CACHE; // others may use the listing; this open does not
      }
      return switch (state.listings().opened(directory)) {
        case NONE -> Answers.KEEP_CACHE;
        case AFRESH -> Answers.CACHE_DIRECTORY;
        case AS_IT_IS -> Answers.CACHE_DIRECTORY | Answers.KEEP_CACHE;
      };
    }

    @Override
    public void end() {
      state.locks().release(this);
    }
  }
}
