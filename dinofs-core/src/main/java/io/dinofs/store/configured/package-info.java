/**
 * Stores that users describe: by a type and its keys in a configuration file, or by a short text on
 * a command line. A program offers the types that it is made with, and no other.
 */
package io.dinofs.store.configured;
