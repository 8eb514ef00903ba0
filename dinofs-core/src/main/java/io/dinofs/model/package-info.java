/**
 * The nouns of a volume: identities, records and their values, and how values are encoded.
 *
 * <p>Every type here is immutable and safe to share between threads. Encodings carry a format
 * version and are bounded: a decoder checks a length before it allocates.
 */
package io.dinofs.model;
