/**
 * Encryption of contents at the client: AES-256-GCM with keys from a file, in a form in which equal
 * contents are equal blobs.
 */
package io.dinofs.crypt;
