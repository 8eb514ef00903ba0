/**
 * The frontend that speaks the kernel's FUSE protocol over /dev/fuse itself, without libfuse.
 *
 * <p>{@link io.dinofs.fuse.kernel.Exchange} is one thread's way to the kernel; the classes named
 * after requests answer them. The kernel keeps what it is told for long, and {@link
 * io.dinofs.fuse.kernel.KernelCaches} keeps that true: {@link
 * io.dinofs.fuse.kernel.KernelInvalidator} takes from the kernel what others change, and {@link
 * io.dinofs.fuse.kernel.CoherentCaching} says of each answer whether it may be kept.
 *
 * <p>Threads: requests are served by many. Notifications are sent by others, since the kernel
 * blocks them until requests are answered: one for attributes, which never blocks, some for names,
 * some for pages. No lock is held while one is sent. The monitors of {@code KeptPages}, {@code
 * PageDrops}, {@code DirectoryListings} and {@code CommitsUnderWay} are leaves: nothing else is
 * taken under them.
 *
 * @see <a
 *     href="https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/fuse.h">fuse.h</a>
 */
package io.dinofs.fuse.kernel;
