/** Stores in the heap: for tests, and as the plainest statement of what the contracts mean. */
package io.dinofs.store.memory;
