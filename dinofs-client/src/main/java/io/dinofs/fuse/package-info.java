/**
 * What every FUSE frontend shares: errors as numbers, answers in the kernel's layout, open handles,
 * and where a volume may be mounted. No native code in here.
 *
 * <p>A frontend translates requests into calls of {@link io.dinofs.vfs.FileSystem} and decides
 * nothing by itself.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/fuse.4.html">fuse(4)</a>
 */
package io.dinofs.fuse;
