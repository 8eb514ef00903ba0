/**
 * The frontend that speaks the kernel's FUSE protocol over /dev/fuse itself, without libfuse.
 *
 * <p>The way of a request: {@link io.dinofs.fuse.kernel.Exchange} reads it into its thread's {@link
 * io.dinofs.fuse.kernel.Request}, finds the handler of its {@link io.dinofs.fuse.kernel.Opcode} in
 * the {@link io.dinofs.fuse.kernel.RequestTable}, which reads the request, calls the file system
 * and fills the {@link io.dinofs.fuse.kernel.Reply}, and writes that. What all threads share is the
 * {@link io.dinofs.fuse.kernel.Connection}.
 *
 * <p>Offsets in handlers are those in the structs of fuse.h, counted from the end of the header;
 * the tests take the same numbers from a C compiler.
 *
 * <p>The kernel keeps what it is told for long, and {@link io.dinofs.fuse.kernel.KernelCaches}
 * keeps that true: {@link io.dinofs.fuse.kernel.KernelInvalidator} takes from the kernel what
 * others change, and {@link io.dinofs.fuse.kernel.CoherentCaching} says of each answer whether it
 * may be kept.
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
