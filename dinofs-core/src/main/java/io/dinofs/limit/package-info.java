/** What one node may use of a server, so that the others have the rest. */
package io.dinofs.limit;
