/**
 * The frontend that speaks the kernel's FUSE protocol over /dev/fuse itself, without libfuse.
 *
 * @see <a
 *     href="https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/fuse.h">fuse.h</a>
 */
package io.dinofs.fuse.kernel;
