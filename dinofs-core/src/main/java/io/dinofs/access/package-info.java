/** Who may do what: tokens, what a server keeps of them, and how one is proved. */
package io.dinofs.access;
