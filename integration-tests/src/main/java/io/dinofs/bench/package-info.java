/**
 * Measures directories, so that file systems can be compared on one machine, and how soon a change
 * made through one mount is seen through another. Knows nothing of dinofs.
 *
 * <p>One thread, plain loops and the calls of {@link java.nio.file.Files} that come down to one
 * system call each, so that what is measured is the file system and not the tool.
 */
package io.dinofs.bench;
