/* SPDX-License-Identifier: Apache-2.0 */
/* BouncyCastle's judgement on what a running hufu-ca gave out:
 * JudgeCa ROOT ISSUING SIGN ENC CRL OCSP wanted-status, certificates in PEM, the others in DER. */
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Date;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

public class JudgeCa
{
    static CertificateFactory factory;

    static void need(boolean condition, String what)
    {
        if (!condition) {
            System.err.println("JudgeCa: " + what);
            System.exit(1);
        }
    }

    static X509Certificate certificate(String file) throws Exception
    {
        return (X509Certificate)factory.generateCertificate(
            new ByteArrayInputStream(Files.readAllBytes(Path.of(file))));
    }

    /* One changed byte in the signed part must be noticed. */
    static void needsEveryByte(X509Certificate cert, X509Certificate issuer) throws Exception
    {
        byte[] der = cert.getEncoded();
        int refused = 0, tried = 0;
        for (int i = 8; i < der.length; i += 37, tried++) {
            der[i] ^= 1;
            try {
                X509Certificate bad =
                    (X509Certificate)factory.generateCertificate(new ByteArrayInputStream(der));
                bad.verify(issuer.getPublicKey(), "BC");
            } catch (Exception e) {
                refused++;
            }
            der[i] ^= 1;
        }
        need(refused == tried && tried > 10, "a changed certificate verifies");
    }

    static void status(byte[] der, X509Certificate issuing, String wanted) throws Exception
    {
        OCSPResp response = new OCSPResp(der);
        need(response.getStatus() == OCSPResp.SUCCESSFUL, "OCSP status " + response.getStatus());
        BasicOCSPResp basic = (BasicOCSPResp)response.getResponseObject();
        X509CertificateHolder responder = basic.getCerts()[0];
        JcaContentVerifierProviderBuilder verifiers =
            new JcaContentVerifierProviderBuilder().setProvider("BC");
        need(responder.isSignatureValid(verifiers.build(issuing)), "responder not by the CA");
        need(basic.isSignatureValid(verifiers.build(responder)), "OCSP signature");
        CertificateStatus status = basic.getResponses()[0].getCertStatus();
        String text = status == CertificateStatus.GOOD  ? "good"
                      : status instanceof RevokedStatus ? "revoked"
                                                        : "unknown";
        need(text.equals(wanted), "OCSP says " + text);
    }

    public static void main(String[] args) throws Exception
    {
        Security.addProvider(new BouncyCastleProvider());
        factory = CertificateFactory.getInstance("X.509", "BC");
        X509Certificate root = certificate(args[0]), issuing = certificate(args[1]);
        X509Certificate sign = certificate(args[2]), encrypt = certificate(args[3]);
        root.verify(root.getPublicKey(), "BC");
        issuing.verify(root.getPublicKey(), "BC");
        sign.verify(issuing.getPublicKey(), "BC");
        encrypt.verify(issuing.getPublicKey(), "BC");
        needsEveryByte(sign, issuing);
        need(sign.getKeyUsage()[0] && sign.getKeyUsage()[1] && !sign.getKeyUsage()[2],
             "key usage of the signing certificate");
        need(encrypt.getKeyUsage()[2] && encrypt.getKeyUsage()[3] && encrypt.getKeyUsage()[4] &&
                 !encrypt.getKeyUsage()[0],
             "key usage of the encryption certificate");

        X509CRL crl = (X509CRL)factory.generateCRL(
            new ByteArrayInputStream(Files.readAllBytes(Path.of(args[4]))));
        crl.verify(issuing.getPublicKey(), "BC");
        need(crl.getNextUpdate().after(new Date()), "list out of date");
        boolean revoked = args[6].equals("revoked");
        need(crl.isRevoked(sign) == revoked && crl.isRevoked(encrypt) == revoked, "the list");
        status(Files.readAllBytes(Path.of(args[5])), issuing, args[6]);
        System.out.println("judged");
    }
}
