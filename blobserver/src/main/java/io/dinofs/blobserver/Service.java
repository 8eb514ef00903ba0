package io.dinofs.blobserver;

/** What all connections share. */
record Service(Blobs blobs, Arrivals arrivals, DiskThreads threads, BlobServerSettings settings) {}
