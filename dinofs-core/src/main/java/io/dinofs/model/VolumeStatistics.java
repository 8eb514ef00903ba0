package io.dinofs.model;

/**
 * Figures of a volume's metadata.
 *
 * @param inodes inodes in the volume
 * @param newest the newest commit
 */
public record VolumeStatistics(long inodes, CommitNumber newest) {}
