/** What the frontends need of Linux: the C library, memory by address, mounts and this process. */
package io.dinofs.fuse.linux;
