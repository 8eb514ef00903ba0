package io.dinofs.client.control;

/**
 * How a mount is.
 *
 * @param connected whether the metadata server can be reached now
 * @param commit the newest commit that this node knows and shows
 * @param lagCommits how many commits this node was told of and has not applied yet
 * @param lagMillis since when the metadata server has not confirmed that this node was told of
 *     everything; null if it never did
 * @param locks how many locks this node holds
 * @param pendingBlobs how many blobs are not on the blob server yet
 * @param pendingSince when the oldest of them was written, as ISO 8601 has it; null if there is
 *     none
 * @param cacheBytes what the local copies take
 * @param cacheLimitBytes what they may take
 * @param lostFiles how many files are in lost+found
 */
public record MountStatus(
    String mount,
    String volume,
    String metadataServer,
    boolean connected,
    long commit,
    long lagCommits,
    Long lagMillis,
    int locks,
    String blobServer,
    int pendingBlobs,
    long pendingBytes,
    String pendingSince,
    String cache,
    long cacheBytes,
    long cacheLimitBytes,
    int lostFiles) {}
