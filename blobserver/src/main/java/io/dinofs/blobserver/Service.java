package io.dinofs.blobserver;

import io.dinofs.access.Gate;

/** What all connections share. */
record Service(
    Blobs blobs,
    VolumeList volumes,
    Arrivals arrivals,
    DiskThreads threads,
    BlobServerSettings settings,
    Gate gate,
    BlobMetrics metrics) {}
