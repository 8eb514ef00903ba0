package io.dinofs.client.control;

/**
 * How far a fetch has come.
 *
 * @param failure why it ended early; null if it did not
 */
public record WarmProgress(
    long files, long totalFiles, long bytes, long totalBytes, boolean done, String failure) {}
