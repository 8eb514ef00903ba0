/** Commits metadata mutations and pushes every commit to all nodes. */
package io.dinofs.metadataserver;
