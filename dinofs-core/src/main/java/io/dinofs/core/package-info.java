/** The data model, the store contracts and the wire protocol. */
package io.dinofs.core;
