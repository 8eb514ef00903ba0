package io.dinofs.model;

import java.util.concurrent.ThreadFactory;

/**
 * Makes threads of one name that do not keep their program running. Safe for any number of threads.
 *
 * @param name what stack traces call them
 */
public record DaemonThreads(String name) implements ThreadFactory {
  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
