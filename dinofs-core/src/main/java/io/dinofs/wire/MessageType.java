package io.dinofs.wire;

/** The numbers of the messages on the wire. Numbers are never reused. */
final class MessageType {
  static final byte HELLO = 1;
  static final byte WELCOME = 2;
  static final byte AUTH = 3;
  static final byte GET = 4;
  static final byte RECORDS = 5;
  static final byte LIST = 6;
  static final byte PAGE = 7;
  static final byte COMMIT = 8;
  static final byte COMMITTED = 9;
  static final byte STALE = 10;
  static final byte SUBSCRIBE = 11;
  static final byte SUBSCRIBED = 12;
  static final byte RESET = 13;
  static final byte UNSUBSCRIBE = 14;
  static final byte PUSH = 15;
  static final byte APPLIED = 16;
  static final byte PING = 17;
  static final byte PONG = 18;
  static final byte GET_STATISTICS = 19;
  static final byte STATISTICS = 20;
  static final byte GOODBYE = 21;
  static final byte FAILURE = 22;
  static final byte TEST_LOCK = 23;
  static final byte LOCK_TESTED = 24;
  static final byte LOCK = 25;
  static final byte UNLOCK = 26;
  static final byte LOCK_DONE = 27;
  static final byte CANCEL_LOCK = 28;
  static final byte REASSERT = 29;
  static final byte REASSERTED = 30;

  static final byte PASSED = 31;
  static final byte ASK_INTEREST = 32;
  static final byte INTEREST = 33;
  static final byte AUTHENTICATED = 34;

  static final byte SCAN = 40;
  static final byte SCANNED = 41;
  static final byte END_SCAN = 42;

  private MessageType() {}
}
