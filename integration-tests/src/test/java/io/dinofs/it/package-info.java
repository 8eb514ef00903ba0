/** The programs together: real servers, real mounts. */
package io.dinofs.it;
