/** The metadata of a volume in a file: written while the volume is in use, read to restore it. */
package io.dinofs.backup;
