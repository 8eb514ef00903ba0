package io.dinofs.blobserver;

/** What all connections share. */
record Service(
    Blobs blobs,
    VolumeList volumes,
    Arrivals arrivals,
    DiskThreads threads,
    BlobServerSettings settings,
    BlobMetrics metrics) {}
