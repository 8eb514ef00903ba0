/**
 * The program {@code dinofs}: {@link io.dinofs.client.Main} reads the options, {@link
 * io.dinofs.client.VolumeStores} puts the layers together, {@link io.dinofs.client.Foreground}
 * mounts the volume and serves it until it is unmounted, {@link io.dinofs.client.Background} starts
 * another process that does so.
 */
package io.dinofs.client;
