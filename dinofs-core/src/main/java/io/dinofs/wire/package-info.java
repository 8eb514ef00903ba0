/**
 * What a client and the metadata server say to each other over TCP, with encoder and decoder.
 *
 * <p>A frame is a length (4 bytes, big endian, of what follows), a message's type (1 byte), a tag
 * (8 bytes) and the type's fields. A frame is at most {@link io.dinofs.wire.Frames#MAX_FRAME_BYTES}
 * long, which is checked before anything is allocated. An answer has the tag of its request; tag 0
 * is for messages that nobody answers.
 *
 * <p>A connection starts with HELLO and WELCOME. Pushes and answers share it; pushes come in the
 * order of their commits.
 */
package io.dinofs.wire;
