package io.dinofs.tls;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Reads files in PEM format (RFC 7468); what is wrong is told with the file's name. */
final class Pem {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private Pem() {}

  /** A certificate, those between it and its authority, and its key. */
  record Identity(List<X509Certificate> chain, PrivateKey key) {}

  /**
   * @throws DinofsException NOT_FOUND, INVALID; the latter too if the key is not the certificate's
   */
  static Identity identity(Path certificate, Path key) throws DinofsException {
    X509Certificate[] chain = certificates(certificate);
    PublicKey known = chain[0].getPublicKey();
    PrivateKey found;
    boolean same;
    try {
      Matcher matcher = PKCS8.matcher(text(key));
      if (!matcher.find()) {
        throw new GeneralSecurityException("it has none of the form PKCS #8 without a password");
      }
      byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
      found =
          KeyFactory.getInstance(known.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      same = belongTogether(known, found);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw invalid(key, "no key for " + certificate + ": " + e.getMessage(), e);
    }
    if (!same) {
      throw invalid(key, "the key of another certificate than " + certificate, null);
    }
    return new Identity(List.of(chain), found);
  }

  private static boolean belongTogether(PublicKey known, PrivateKey found)
      throws GeneralSecurityException {
    String algorithm =
        switch (known.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> known.getAlgorithm();
        };
    byte[] message = known.getEncoded();
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(found);
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(known);
    signature.update(message);
    return signature.verify(signed);
  }

  /**
   * All certificates of a file, at least one.
   *
   * @throws DinofsException NOT_FOUND, INVALID
   */
  static X509Certificate[] certificates(Path file) throws DinofsException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      if (certificates.length == 0) {
        throw new CertificateException("it is empty");
      }
      return certificates;
    } catch (CertificateException e) {
      throw invalid(file, "no certificate: " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * @throws DinofsException INVALID
   */
  static SslContext build(SslContextBuilder builder, Path file) throws DinofsException {
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw invalid(file, "no TLS with it: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) throws DinofsException {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DinofsException unreadable(Path file, IOException cause) {
    return new DinofsException(ErrorKind.NOT_FOUND, file + " cannot be read: " + cause, cause);
  }

  private static DinofsException invalid(Path file, String what, Exception cause) {
    return new DinofsException(ErrorKind.INVALID, file + " has " + what, cause);
  }
}
