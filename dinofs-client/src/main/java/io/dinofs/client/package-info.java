/** Mounts a volume with FUSE. */
package io.dinofs.client;
