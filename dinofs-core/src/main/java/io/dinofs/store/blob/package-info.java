/** Blob stores over plain ones: a blob is kept under the hexadecimal digits of its hash. */
package io.dinofs.store.blob;
