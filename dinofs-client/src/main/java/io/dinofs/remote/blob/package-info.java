/** The client of the blob server. */
package io.dinofs.remote.blob;
