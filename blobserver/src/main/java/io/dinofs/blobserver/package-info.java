/** Keeps file contents under the hash of the contents, over HTTP. */
package io.dinofs.blobserver;
