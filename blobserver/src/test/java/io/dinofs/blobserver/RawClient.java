package io.dinofs.blobserver;

import io.dinofs.model.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection that sends what a test wants, well-formed or not, and reads answers. */
final class RawClient implements AutoCloseable {
  private static final int ANSWER_LIMIT_MILLIS = 8_000;

  private final Socket socket;
  private final InputStream in;

  /**
   * @param headers names in lower case
   */
  record Answer(int status, Map<String, String> headers, Bytes content) {
    byte[] body() {
      return content.toArray();
    }

    String text() {
      return content.toUtf8();
    }
  }

  RawClient(InetSocketAddress server) throws IOException {
    socket = new Socket(server.getAddress(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  Answer get(String target, String... headers) throws IOException {
    return request("GET", target, headers);
  }

  /** A request without a body. */
  Answer request(String method, String target, String... headers) throws IOException {
    send(head(method, target, headers));
    return readAnswer(method.equals("HEAD"));
  }

  Answer put(String target, byte[] body, String... headers) throws IOException {
    sendPutHead(target, body.length, headers);
    send(body);
    return readAnswer();
  }

  void sendPutHead(String target, long length, String... headers) throws IOException {
    String head = head("PUT", target, headers);
    send(head.substring(0, head.length() - 2) + "Content-Length: " + length + "\r\n\r\n");
  }

  static String head(String method, String target, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: test\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** Whether an answer has begun to come. */
  boolean hasAnswer() throws IOException {
    return in.available() > 0;
  }

  Answer readAnswer() throws IOException {
    return readAnswer(false);
  }

  /** Reads one answer, 100 included. */
  Answer readAnswer(boolean toHead) throws IOException {
    String status = readLine();
    if (status == null) {
      throw new IOException("the server closed the connection");
    }
    int code = Integer.parseInt(status.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    Map<String, String> headers = new TreeMap<>();
    for (String line = readLine(); line != null && !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = toHead ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("the answer ends after " + body.length + " of " + length + " bytes");
    }
    return new Answer(code, headers, Bytes.wrap(body));
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** Whether the server has closed the connection, once it has said all it had to say. */
  boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  /** Says that nothing more is sent, and reads what the server says until it ends. */
  String readRest() throws IOException {
    socket.shutdownOutput();
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Goes away without a word: the server sees a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
