/* SPDX-License-Identifier: Apache-2.0 */
/* BouncyCastle reads and judges what a token attested, from include/hufu/attest.h alone:
 * JudgeAttestation EVIDENCE ROOT sm2|p256 CHALLENGE-HEX TOKEN-SERIAL KEY
 * EVIDENCE in DER, ROOT in PEM; KEY: a request in DER whose key it must be. */
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.encoders.Hex;

public class JudgeAttestation
{
    static final String ARC = "2.25.206704053741285274674654243043548364104";

    static void need(boolean condition, String what)
    {
        if (!condition) {
            System.err.println("JudgeAttestation: " + what);
            System.exit(1);
        }
    }

    static X509Certificate certificate(byte[] bytes) throws Exception
    {
        return (X509Certificate)CertificateFactory.getInstance("X.509", "BC").generateCertificate(
            new ByteArrayInputStream(bytes));
    }

    static int number(ASN1Sequence from, int at)
    {
        return ASN1Integer.getInstance(from.getObjectAt(at)).intValueExact();
    }

    static boolean verifies(String algorithm, X509Certificate by, byte[] text, byte[] sig)
        throws Exception
    {
        /* BouncyCastle's SM2 has the id 1234567812345678 unless told otherwise. */
        Signature verifier =
            Signature.getInstance(algorithm.equals("sm2") ? "SM3withSM2" : "SHA256withECDSA", "BC");
        verifier.initVerify(by.getPublicKey());
        verifier.update(text);
        try {
            return verifier.verify(sig);
        } catch (Exception malformed) {
            return false;
        }
    }

    /* The identity's certificate: what makes it one, and whose it is. */
    static void identity(X509Certificate cert, String serial) throws Exception
    {
        need(cert.getExtendedKeyUsage().equals(List.of(ARC + ".3.2")), "extended key usage");
        boolean[] usage = cert.getKeyUsage();
        need(usage[0] && !usage[1] && !usage[2] && !usage[5], "key usage");
        need(cert.getBasicConstraints() < 0, "an authority");
        byte[] value = ASN1OctetString.getInstance(cert.getExtensionValue(ARC + ".3.1")).getOctets();
        ASN1Sequence token = ASN1Sequence.getInstance(value);
        need(token.size() >= 2 && token.size() <= 3 && number(token, 0) == 1, "TokenIdentity");
        need(ASN1PrintableString.getInstance(token.getObjectAt(1)).getString().equals(serial),
             "the certificate's token");
    }

    public static void main(String[] args) throws Exception
    {
        Security.addProvider(new BouncyCastleProvider());
        String algorithm = args[2], serial = args[4];
        ASN1Sequence evidence = ASN1Sequence.getInstance(Files.readAllBytes(Path.of(args[0])));
        need(evidence.size() == 2, "evidence");
        ASN1Sequence attestation = ASN1Sequence.getInstance(evidence.getObjectAt(0));
        ASN1Sequence chain = ASN1Sequence.getInstance(evidence.getObjectAt(1));
        need(attestation.size() == 3 && chain.size() == 2, "attestation, two certificates");
        need(Arrays.equals(evidence.getEncoded("DER"), Files.readAllBytes(Path.of(args[0]))), "DER");

        byte[] text = attestation.getObjectAt(0).toASN1Primitive().getEncoded("DER");
        byte[] sig = ASN1BitString.getInstance(attestation.getObjectAt(2)).getOctets();
        X509Certificate leaf = certificate(chain.getObjectAt(0).toASN1Primitive().getEncoded());
        X509Certificate above = certificate(chain.getObjectAt(1).toASN1Primitive().getEncoded());
        X509Certificate root = certificate(Files.readAllBytes(Path.of(args[1])));
        leaf.verify(above.getPublicKey(), "BC");
        above.verify(root.getPublicKey(), "BC");
        root.verify(root.getPublicKey(), "BC");
        identity(leaf, serial);
        need(verifies(algorithm, leaf, text, sig), "the signature");
        for (int i = 0; i < text.length; i += 11) {
            text[i] ^= 4;
            need(!verifies(algorithm, leaf, text, sig), "a changed statement verifies");
            text[i] ^= 4;
        }

        ASN1Sequence said = ASN1Sequence.getInstance(text);
        need(said.size() == 13, "thirteen fields");
        need(said.getObjectAt(0).equals(new ASN1ObjectIdentifier(ARC + ".1.1")), "type");
        need(number(said, 1) == 1, "version");
        need(ASN1PrintableString.getInstance(said.getObjectAt(2)).getString().equals(serial), "token");
        need(number(said, 3) == 3, "in use");
        need(ASN1Boolean.getInstance(said.getObjectAt(4)).isTrue(), "a development token");
        need(ASN1Sequence.getInstance(said.getObjectAt(5)).size() == 2, "firmware");
        need(number(said, 6) == 1 && number(said, 7) == 0 && number(said, 8) == 3, "kind, origin, uses");
        need(number(said, 9) != 0, "a PIN");
        PKCS10CertificationRequest request =
            new PKCS10CertificationRequest(Files.readAllBytes(Path.of(args[5])));
        need(SubjectPublicKeyInfo.getInstance(said.getObjectAt(11))
                 .equals(request.getSubjectPublicKeyInfo()),
             "the key");
        need(Arrays.equals(ASN1OctetString.getInstance(said.getObjectAt(12)).getOctets(),
                           Hex.decode(args[3])),
             "the challenge");
        System.out.println("judged");
    }
}
