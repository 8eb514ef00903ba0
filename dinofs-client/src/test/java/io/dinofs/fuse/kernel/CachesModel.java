package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Validity;
import io.dinofs.fuse.kernel.ModelKernel.Entry;
import io.dinofs.fuse.kernel.ModelKernel.Place;
import io.dinofs.model.Attributes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Name;
import io.dinofs.vfs.VolumeChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A volume that other nodes change, and one node with a kernel, all in one thread: what happens
 * next, of all that could, is drawn. After each step nothing may be in the kernel's caches that has
 * changed by a commit of which the node has said that it applied it.
 *
 * <p>The node has a cache of records between its kernel and the server, which forgets what it
 * likes. The server tells it only of inodes that it has read or changed since it was asked last
 * what it keeps, or has named then.
 */
final class CachesModel {
  private static final Name[] NAMES = {Name.of("a"), Name.of("b"), Name.of("c")};
  private static final Attributes ATTRIBUTES =
      Attributes.create(FileType.FIFO, 0644, 0, 0, 0, Instant.EPOCH);

  /** Longer than this no thread of the kernel waits for its turn to take an answer. */
  private static final long MAX_WAKE_UP_MILLIS = 20;

  private final Random random;
  final ModelKernel kernel = new ModelKernel();
  private final LookupCounts counts = new LookupCounts();
  private final KernelInvalidator invalidator;
  private final CoherentCaching caching;
  private final UnaryOperator<Validity> spoil;

  // The volume as the server has it, and as the node sees it.
  private final Map<Place, InodeId> server = new HashMap<>();
  private final Map<Place, InodeId> node = new HashMap<>();
  private final Set<InodeId> cached = new HashSet<>();
  private final Set<InodeId> changing = new HashSet<>();
  private InodeSet interest = new InodeSet();
  private final ArrayDeque<Push> pushes = new ArrayDeque<>();
  private final Map<Object, TreeSet<Long>> changes = new HashMap<>();
  private long committed;
  private long pushed;
  private long said;
  private long lastInode = 1;

  private long millis = 1;
  private final List<Request> underWay = new ArrayList<>();

  /** Commits of this node's operations that have not returned. */
  private final Set<Long> ownUnderWay = new HashSet<>();

  /** How many operations of this node have changed something. */
  int ownChanges;

  /** How many commits the node was not told of. */
  int spared;

  /**
   * A commit on its way.
   *
   * @param told whether the node is told more of it than its number
   */
  private record Push(VolumeChange change, boolean told) {}

  /** A stale thing was found; its message says which. */
  static final class StaleCache extends AssertionError {
    private static final long serialVersionUID = 1L;

    StaleCache(String message) {
      super(message);
    }
  }

  /**
   * @param spoil makes of a validity what the kernel is told, to see whether the model notices
   * @param inodes what the invalidator is told of known inodes, likewise
   */
  CachesModel(long seed, UnaryOperator<Validity> spoil, UnaryOperator<KernelInodes> inodes) {
    random = new Random(seed);
    this.spoil = spoil;
    KernelCacheSettings settings = KernelCacheSettings.lasting(Duration.ofHours(1));
    KernelState state = KernelState.empty();
    invalidator =
        new KernelInvalidator(
            kernel,
            inodes.apply(counts),
            StagedContents.NONE,
            settings,
            state,
            number -> said = Math.max(said, number.value()),
            () -> TimeUnit.MILLISECONDS.toNanos(millis));
    caching = new CoherentCaching(state, settings, inode -> false, invalidator);
    caching.setCurrent(true);
  }

  /** Whatever comes, for so many steps; then waits until all is over. */
  void run(int count) {
    for (int i = 0; i < count; i++) {
      step();
      check();
    }
    while (!underWay.isEmpty() || !pushes.isEmpty() || said < committed) {
      if (!pushes.isEmpty()) {
        push();
      }
      advance();
      work();
      check();
      if (millis > 1_000_000_000) {
        throw new AssertionError(
            "commit " + committed + " is not applied, but " + said + ", steps " + underWay.size());
      }
      millis++;
    }
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1 -> changeElsewhere();
      case 2, 3 -> push();
      case 4 -> lookUp(place());
      case 5 -> askForAttributes();
      case 6, 7 -> changeHere();
      case 8 -> forget();
      case 9, 10 -> work();
      case 11 -> passTime();
      case 12 -> cached.removeIf(inode -> random.nextBoolean());
      case 13 -> askInterest();
      default -> advance();
    }
  }

  // The volume

  private Place place() {
    return new Place(InodeId.ROOT, NAMES[random.nextInt(NAMES.length)]);
  }

  private void changeElsewhere() {
    Place place = place();
    InodeId there = server.get(place);
    if (there == null) {
      commit(false, place, Optional.of(new InodeId(++lastInode)), Optional.empty());
    } else if (random.nextBoolean()) {
      commit(false, place, Optional.empty(), Optional.of(there));
    } else {
      commitAttributes(false, there);
    }
  }

  private long commit(
      boolean own, Place place, Optional<InodeId> child, Optional<InodeId> removed) {
    committed++;
    List<VolumeChange.Effect> effects = new ArrayList<>();
    effects.add(new VolumeChange.EntryChanged(place.parent(), place.name(), child));
    effects.add(new VolumeChange.AttributesChanged(place.parent(), ATTRIBUTES));
    child.ifPresentOrElse(inode -> server.put(place, inode), () -> server.remove(place));
    child.ifPresent(inode -> effects.add(new VolumeChange.AttributesChanged(inode, ATTRIBUTES)));
    removed.ifPresent(inode -> effects.add(new VolumeChange.InodeRemoved(inode)));
    noteChange(place);
    noteChange(place.parent());
    child.ifPresent(this::noteChange);
    removed.ifPresent(this::noteChange);
    return add(new VolumeChange(new CommitNumber(committed), own, effects));
  }

  private long commitAttributes(boolean own, InodeId inode) {
    committed++;
    noteChange(inode);
    return add(
        new VolumeChange(
            new CommitNumber(committed),
            own,
            List.of(new VolumeChange.AttributesChanged(inode, ATTRIBUTES))));
  }

  private long add(VolumeChange change) {
    boolean told = change.effects().stream().anyMatch(this::isOfInterest);
    pushes.add(new Push(change, told));
    return committed;
  }

  private boolean isOfInterest(VolumeChange.Effect effect) {
    InodeId inode =
        effect instanceof VolumeChange.EntryChanged entry
            ? entry.parent()
            : effect instanceof VolumeChange.InodeRemoved removed
                ? removed.inode()
                : ((VolumeChange.AttributesChanged) effect).inode();
    return interest.mayContain(inode);
  }

  /** The server asks, and has the answer. */
  private void askInterest() {
    interest = new InodeSet();
    cached.forEach(interest::add);
    changing.forEach(interest::add);
    invalidator.collectKept(interest);
  }

  /** The node reads something: out of its cache, or as the server has it now. */
  private void read(InodeId inode) {
    if (cached.add(inode)) {
      interest.add(inode);
      while (!pushes.isEmpty()) {
        push();
      }
    }
  }

  private void noteChange(Object what) {
    changes.computeIfAbsent(what, key -> new TreeSet<>()).add(committed);
  }

  private void push() {
    Push next = pushes.poll();
    if (next == null) {
      return;
    }
    VolumeChange change = next.change();
    pushed = change.number().value();
    for (VolumeChange.Effect effect : change.effects()) {
      if (effect instanceof VolumeChange.EntryChanged entry) {
        Place place = new Place(entry.parent(), entry.name());
        entry.child().ifPresentOrElse(child -> node.put(place, child), () -> node.remove(place));
      }
    }
    if (next.told()) {
      invalidator.changed(change);
    } else {
      spared++;
      invalidator.changed(new VolumeChange(change.number(), false, List.of()));
    }
  }

  // Requests

  /** A request of the kernel on its way through the node and back. */
  private abstract class Request {
    final CacheTicket ticket = caching.newTicket();
    final long version = kernel.version();
    final long epoch = kernel.epoch();
    private int phase;
    private long writtenMillis = -1;

    /** The next thing happens; returns whether there is nothing more to come. */
    final boolean advance() {
      if (phase == 2 && !canAnswer()) {
        return false;
      }
      switch (phase++) {
        case 0 -> ticket.begin(InodeId.ROOT);
        case 1 -> compute();
        case 2 -> {
          fill();
          writtenMillis = millis;
        }
        default -> {
          take();
          return true;
        }
      }
      return false;
    }

    final boolean mustBeTaken() {
      return writtenMillis >= 0 && millis - writtenMillis >= MAX_WAKE_UP_MILLIS;
    }

    /** The node looks at the volume, or commits. */
    abstract void compute();

    boolean canAnswer() {
      return true;
    }

    /** The node fills the answer and writes it. */
    abstract void fill();

    /** The kernel's thread takes the answer. */
    abstract void take();
  }

  private void lookUp(Place place) {
    Entry entry = kernel.entries.get(place);
    if (entry != null && kernel.isUsable(entry)) {
      return;
    }
    boolean revalidates = entry != null && entry.child.isPresent() && entry.epoch == kernel.epoch();
    if (revalidates) {
      underWay.add(new LookUp(place, entry));
    } else if (kernel.canShare(place.parent())) {
      kernel.drop(place);
      kernel.share(place.parent());
      underWay.add(new LookUp(place, null));
    }
  }

  private final class LookUp extends Request {
    private final Place place;
    private final Entry revalidated;
    private Optional<InodeId> child;
    private long at;
    private Validity attributes = Validity.NONE;
    private boolean nameHolds;

    /**
     * @param revalidated null for a name that is not in the cache
     */
    LookUp(Place place, Entry revalidated) {
      this.place = place;
      this.revalidated = revalidated;
    }

    @Override
    void compute() {
      read(place.parent());
      Optional.ofNullable(node.get(place)).ifPresent(CachesModel.this::read);
      at = pushed;
      child = Optional.ofNullable(node.get(place));
    }

    @Override
    void fill() {
      Validity name = ticket.name(place.parent(), place.name());
      nameHolds = !spoil.apply(name).equals(Validity.NONE);
      if (child.isPresent()) {
        counts.add(child.get());
        attributes = spoil.apply(ticket.attributes(child.get()));
      }
    }

    @Override
    void take() {
      if (child.isPresent()) {
        kernel.take(child.get(), at, attributes, version);
        kernel.inodes.get(child.get()).lookups++;
      }
      if (revalidated == null) {
        kernel.enter(place, new Entry(child, at, epoch, nameHolds));
        kernel.unshare(place.parent());
      } else if (child.equals(revalidated.child)) {
        revalidated.valid = nameHolds;
        revalidated.commit = at;
      } else {
        kernel.drop(place);
      }
    }
  }

  private void askForAttributes() {
    List<InodeId> asked =
        kernel.inodes.keySet().stream().filter(inode -> !kernel.inodes.get(inode).valid).toList();
    if (!asked.isEmpty()) {
      underWay.add(new GetAttributes(asked.get(random.nextInt(asked.size()))));
    }
  }

  private final class GetAttributes extends Request {
    private final InodeId inode;
    private long at;
    private Validity validity;

    GetAttributes(InodeId inode) {
      this.inode = inode;
    }

    @Override
    void compute() {
      read(inode);
      at = pushed;
    }

    @Override
    void fill() {
      validity = spoil.apply(ticket.attributes(inode));
    }

    @Override
    void take() {
      if (kernel.inodes.containsKey(inode)) {
        kernel.take(inode, at, validity, version);
      }
    }
  }

  private void changeHere() {
    Place place = place();
    Entry entry = kernel.entries.get(place);
    if (entry != null && kernel.isUsable(entry) && kernel.canLock(place.parent())) {
      kernel.lockAlone(place.parent());
      underWay.add(new OwnChange(place, entry));
    }
  }

  /** Makes or removes a name, as the kernel thinks it is not there, or there. */
  private final class OwnChange extends Request {
    private final Place place;
    private final boolean creates;
    private Optional<InodeId> created = Optional.empty();
    private Optional<InodeId> removed = Optional.empty();
    private boolean done;
    private long at;
    private boolean nameHolds;
    private Validity attributes = Validity.NONE;

    OwnChange(Place place, Entry entry) {
      this.place = place;
      this.creates = entry.child.isEmpty();
    }

    @Override
    void compute() {
      Optional<InodeId> there = Optional.ofNullable(server.get(place));
      removed = creates ? Optional.empty() : there;
      done = creates == there.isEmpty();
      if (done) {
        created = creates ? Optional.of(new InodeId(++lastInode)) : Optional.empty();
        interest.add(place.parent());
        created.or(() -> there).ifPresent(interest::add);
        changing.add(place.parent());
        created.ifPresent(changing::add);
        at = commit(true, place, created, there);
        ownUnderWay.add(at);
        ownChanges++;
      } else {
        at = committed; // it is refused, and is told why when it has heard of the reason
      }
    }

    @Override
    boolean canAnswer() {
      return pushed >= at;
    }

    @Override
    void fill() {
      if (created.isPresent()) {
        counts.add(created.get());
        changing.remove(created.get());
        ticket.asOf(new CommitNumber(at));
        nameHolds = !spoil.apply(ticket.name(place.parent(), place.name())).equals(Validity.NONE);
        attributes = spoil.apply(ticket.newAttributes(created.get()));
      }
      caching.settle();
    }

    @Override
    void take() {
      if (done) {
        kernel.drop(place);
        if (created.isPresent()) {
          kernel.take(created.get(), at, attributes, 0);
          kernel.inodes.get(created.get()).lookups++;
          kernel.enter(place, new Entry(created, at, epoch, nameHolds));
        }
        removed.ifPresent(kernel::unlinked);
        kernel.expire(place.parent());
        ownUnderWay.remove(at);
      }
      kernel.unlock(place.parent());
    }
  }

  private void forget() {
    List<InodeId> unused =
        kernel.inodes.keySet().stream()
            .filter(inode -> !inode.equals(InodeId.ROOT))
            .filter(
                inode ->
                    kernel.entries.values().stream()
                        .noneMatch(e -> e.child.equals(Optional.of(inode))))
            .toList();
    if (!unused.isEmpty()) {
      InodeId inode = unused.get(random.nextInt(unused.size()));
      counts.subtract(inode, kernel.evict(inode));
    }
  }

  // Time and threads

  private void advance() {
    if (!underWay.isEmpty()) {
      Request request = underWay.get(random.nextInt(underWay.size()));
      if (request.advance()) {
        underWay.remove(request);
      }
    }
  }

  /** A thread of the invalidator does something. */
  private void work() {
    Runnable task =
        switch (random.nextInt(4)) {
          case 0 -> kernel.canLock(InodeId.ROOT) ? invalidator.drops().names.poll() : null;
          case 1 -> invalidator.drops().pages.poll();
          default -> invalidator.drops().attributes.poll();
        };
    if (task != null) {
      task.run();
    }
  }

  private void passTime() {
    millis += random.nextInt(8);
    for (Request request : List.copyOf(underWay)) {
      if (request.mustBeTaken()) {
        request.advance();
        underWay.remove(request);
      }
    }
  }

  // What must be true

  private void check() {
    kernel.entries.forEach(
        (place, entry) -> {
          if (kernel.isUsable(entry)) {
            requireTrue(place, entry.commit);
          }
        });
    kernel.inodes.forEach(
        (inode, cached) -> {
          if (cached.valid) {
            requireTrue(inode, cached.commit);
          }
        });
  }

  private void requireTrue(Object what, long commit) {
    TreeSet<Long> all = changes.get(what);
    Long next = all == null ? null : all.higher(commit);
    while (next != null && ownUnderWay.contains(next)) {
      next = all.higher(next);
    }
    if (next != null && next <= said) {
      throw new StaleCache(
          what + " is kept as of " + commit + ", changed by " + next + ", applied up to " + said);
    }
  }
}
