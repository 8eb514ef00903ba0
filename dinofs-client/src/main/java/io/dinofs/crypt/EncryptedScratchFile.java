package io.dinofs.crypt;

import io.dinofs.store.ScratchFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A scratch file of encrypted blocks. Each time a block is written it gets a new nonce, which is
 * kept in memory only, so that whoever has copies of the disk from two moments cannot compare them.
 */
final class EncryptedScratchFile implements ScratchFile {
  private static final int BLOCK_BYTES = 4096;
  private static final int STRIDE = BLOCK_BYTES + EncryptedForm.TAG_BYTES;

  private final Path path;
  private final AesGcm cipher;
  private final ScratchNonces unused;

  /** That of each block, {@link ScratchNonces#NONE} for one of zeros. */
  private long[] nonces = new long[0];

  /** Null while it is closed. */
  private FileChannel channel;

  EncryptedScratchFile(Path path, SecretKey key, ScratchNonces unused) {
    this.path = path;
    this.cipher = new AesGcm(key, new byte[0]);
    this.unused = unused;
  }

  @Override
  public void write(ByteBuffer source, int at) throws IOException {
    if (!source.hasRemaining()) {
      return;
    }
    int first = at / BLOCK_BYTES;
    int count = (at + source.remaining() - 1) / BLOCK_BYTES - first + 1;
    ByteBuffer plain = ByteBuffer.allocate(count * BLOCK_BYTES);
    int skip = at % BLOCK_BYTES;
    if (skip > 0) {
      readBlock(first, plain.slice(0, BLOCK_BYTES));
    }
    if ((skip + source.remaining()) % BLOCK_BYTES > 0 && (count > 1 || skip == 0)) {
      readBlock(first + count - 1, plain.slice((count - 1) * BLOCK_BYTES, BLOCK_BYTES));
    }
    plain.position(skip).put(source).clear();
    writeBlocks(first, plain);
  }

  private void writeBlocks(int first, ByteBuffer plain) throws IOException {
    int count = plain.remaining() / BLOCK_BYTES;
    long[] fresh = new long[count];
    ByteBuffer encrypted = ByteBuffer.allocate(count * STRIDE);
    for (int i = 0; i < count; i++) {
      fresh[i] = unused.next();
      cipher.encrypt(fresh[i], plain.slice(i * BLOCK_BYTES, BLOCK_BYTES), encrypted);
    }
    encrypted.flip();
    for (long position = (long) first * STRIDE; encrypted.hasRemaining(); ) {
      position += channel().write(encrypted, position);
    }
    if (nonces.length < first + count) {
      nonces = Arrays.copyOf(nonces, first + count);
    }
    System.arraycopy(fresh, 0, nonces, first, count);
  }

  /** Fills {@code target} with a block; a new one is zeros, and so is the target. */
  private void readBlock(int index, ByteBuffer target) throws IOException {
    if (index >= nonces.length || nonces[index] == ScratchNonces.NONE) {
      return;
    }
    ByteBuffer encrypted = ByteBuffer.allocate(STRIDE);
    while (encrypted.hasRemaining()) {
      long position = (long) index * STRIDE + encrypted.position();
      if (channel().read(encrypted, position) < 0) {
        throw new EOFException(path + " ends early");
      }
    }
    if (!cipher.decrypt(nonces[index], encrypted.flip(), target)) {
      throw new IOException(path + " was changed by somebody else");
    }
  }

  @Override
  public void read(ByteBuffer target, int at) throws IOException {
    int position = at;
    while (target.hasRemaining()) {
      int skip = position % BLOCK_BYTES;
      int length = Math.min(target.remaining(), BLOCK_BYTES - skip);
      ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
      readBlock(position / BLOCK_BYTES, block);
      target.put(block.clear().position(skip).limit(skip + length));
      position += length;
    }
  }

  @Override
  public void cut(int at) throws IOException {
    int kept = at / BLOCK_BYTES;
    int rest = at % BLOCK_BYTES;
    if (rest > 0 && kept < nonces.length && nonces[kept] != ScratchNonces.NONE) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
      readBlock(kept, block);
      Arrays.fill(block.array(), rest, BLOCK_BYTES, (byte) 0);
      writeBlocks(kept++, block.clear());
    }
    if (kept < nonces.length) {
      nonces = Arrays.copyOf(nonces, kept);
    }
  }

  private FileChannel channel() throws IOException {
    if (channel == null) {
      channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return channel;
  }

  @Override
  public boolean isOpen() {
    return channel != null;
  }

  @Override
  public void release() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
