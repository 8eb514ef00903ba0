/**
 * Stores in a bucket of Amazon S3 or of anything that speaks its protocol. Nothing of the SDK is
 * loaded before a store is opened.
 */
package io.dinofs.store.s3;
