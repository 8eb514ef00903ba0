package io.dinofs.blobserver;

import io.dinofs.access.Gate;
import io.dinofs.limit.NodeUses;

/** What all connections share. */
record Service(
    Blobs blobs,
    VolumeList volumes,
    Arrivals arrivals,
    DiskThreads threads,
    BlobServerSettings settings,
    Gate gate,
    NodeUses uses,
    BlobMetrics metrics) {}
