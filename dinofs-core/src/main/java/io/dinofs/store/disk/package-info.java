/** A store whose values are files of a local directory. */
package io.dinofs.store.disk;
