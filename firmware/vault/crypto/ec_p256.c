/* SPDX-License-Identifier: Apache-2.0 */
/* The constants of P-256 (SP 800-186), in Montgomery form. The comb is recomputed by ec_test. */
#include "crypto/ec.h"

const struct ec_curve ec_p256 =
    {
        .p = &fe256_p256_p,
        .n = &fe256_p256_n,
        .b = {FE256_WORDS(0x29C4BDDFu, 0xD89CDF62u, 0x78843090u, 0xACF005CDu, 0xF7212ED6u,
                          0xE5A220ABu, 0x04874834u, 0xDC30061Du)},
        .g = {{FE256_WORDS(0x18A9143Cu, 0x79E730D4u, 0x5FEDB601u, 0x75BA95FCu, 0x77622510u,
                           0x79FB732Bu, 0xA53755C6u, 0x18905F76u)},
              {FE256_WORDS(0xCE95560Au, 0xDDF25357u, 0xBA19E45Cu, 0x8B4AB8E4u, 0xDD21F325u,
                           0xD2E88688u, 0x25885D85u, 0x8571FF18u)}},
        .comb =
            {
                {
                    {{FE256_WORDS(0x6C86FB99u, 0x7534F358u, 0x42663B34u, 0x83DAC9B4u, 0x7EA8232Bu,
                                  0x457683E8u, 0x9F5FCCC3u, 0xA549C79Bu)},
                     {FE256_WORDS(0xBA404C0Bu, 0x6A6B1948u, 0xE69E8BA3u, 0x4D8393F2u, 0x19FED763u,
                                  0xB8C91DA5u, 0x251A7D18u, 0xF760F9DEu)}},
                    {{FE256_WORDS(0xC7DDD67Fu, 0x3E2EC845u, 0x28BF727Cu, 0x27F121D0u, 0x3D258E49u,
                                  0xAB6B8885u, 0xA321E84Bu, 0x2C51D8DEu)},
                     {FE256_WORDS(0x16575B1Du, 0x2D3BFFECu, 0x0AD5AB0Eu, 0xFE819341u, 0xE47C7B65u,
                                  0x98186D2Eu, 0x7B96CB31u, 0xEB0CDEC3u)}},
                    {{FE256_WORDS(0x5F83C67Au, 0x96D4AB33u, 0x749D7EF4u, 0xD1194B02u, 0xDCF9F06Bu,
                                  0xD707235Du, 0x7167D6D4u, 0x2D263A67u)},
                     {FE256_WORDS(0x7F2309FEu, 0x5EFC15B5u, 0x79389484u, 0x6D4151F5u, 0x18E2A86Cu,
                                  0x309FBB92u, 0xF3152E53u, 0x951C96E9u)}},
                    {{FE256_WORDS(0xC2B75596u, 0xE6F59FDEu, 0xF3CB2AFCu, 0xB4AC9C03u, 0xE4D18A77u,
                                  0x0EE591FDu, 0xBBC37746u, 0x340F34D1u)},
                     {FE256_WORDS(0x6C5C6C37u, 0x51322E31u, 0x9C201E1Bu, 0xFC21AD7Du, 0xEED9F34Du,
                                  0xF3348330u, 0x71D8A560u, 0x046BEC33u)}},
                    {{FE256_WORDS(0xD7608D34u, 0x1C6F876Eu, 0x86750BFAu, 0x5A83B4E3u, 0xAEB756ABu,
                                  0x907C587Bu, 0x3D67EFD4u, 0x48C35847u)},
                     {FE256_WORDS(0xD593E06Au, 0x268767A6u, 0x3D071E3Au, 0x519874D6u, 0x2A0BB3A3u,
                                  0xD7EA6BBAu, 0x7D0A4975u, 0x28884982u)}},
                    {{FE256_WORDS(
                         0x271F06D7u, 0xE15F236Bu, 0x0C9924D7u, 0x87620BAAu, 0xC08DB9ADu,
                         0xD74BDE39u, 0x7EE2F2F3u, 0xA94E5DBBu)},
                     {FE256_WORDS(
                         0x549A55C1u, 0xBE26CFC4u, 0x2F72E03Eu, 0x37CAF283u, 0x4F2C1884u,
                         0x112FEB02u, 0xC0518A1Fu, 0x71620840u)}},
                    {{FE256_WORDS(
                         0x9B53F5E1u, 0xB8DE3B3Fu, 0xE0ABFBECu, 0x83009400u, 0x9C326F89u,
                         0x6A29AFBDu, 0x146C1D3Bu, 0x91B36C7Cu)},
                     {FE256_WORDS(
                         0x377B4776u, 0x3EDEC3C4u, 0xE703B564u, 0xEF39C03Du, 0xEBF36F59u,
                         0x41CEB7D4u, 0x7D99DBB0u, 0x9F916E68u)}},
                    {{FE256_WORDS(
                         0xDB6EDE9Du, 0x1EC17505u, 0x873A3F8Eu, 0x9C720AB8u, 0x36AC215Du,
                         0x187E7A96u, 0x4934C57Eu, 0xD6B3D2B7u)},
                     {FE256_WORDS(
                         0x8483E80Cu, 0xFAECE127u, 0xBA8073CFu, 0x043F54E7u, 0x9EB6FF5Bu,
                         0x7E39D352u, 0xD0CB2425u, 0x9C7D83FEu)}},
                    {{FE256_WORDS(
                         0x23F94837u, 0x528626D3u, 0x6527F48Bu, 0x98715160u, 0xBC97AC7Du,
                         0xB1869FD5u, 0x16C3FD81u, 0x4744CEA0u)},
                     {FE256_WORDS(
                         0x4DC594A3u, 0x489523CEu, 0x85B37548u, 0xD67F3776u, 0x5B14877Fu,
                         0xD38F2958u, 0x0CA4C633u, 0xAFDAF16Fu)}},
                    {{FE256_WORDS(
                         0xF021AB20u, 0x12F95817u, 0xF35529A1u, 0x9929AA05u, 0x27F24156u,
                         0x5F2C5F80u, 0x26BB2BC2u, 0x6ACF2BE0u)},
                     {FE256_WORDS(
                         0x10900EF5u, 0xD72BD758u, 0xBC1A5461u, 0x6FDC6598u, 0xF0CDDE67u,
                         0x5752BE75u, 0x63D38B65u, 0x79252B53u)}},
                    {{FE256_WORDS(
                         0xE07EE538u, 0x73227F62u, 0x93226CD9u, 0xDECF3757u, 0x62D940E5u,
                         0x52A993D9u, 0x97FDE497u, 0x63DC95ACu)},
                     {FE256_WORDS(
                         0x0ABB7BEBu, 0xFDD732B6u, 0xBFADE406u, 0xCAE7B3A4u, 0xE1178BC4u,
                         0x894FF6DCu, 0x04F62E8Au, 0x06E6E763u)}},
                    {{FE256_WORDS(
                         0x760E3994u, 0x2C67E6D2u, 0x12B9DE7Cu, 0xC389D0C2u, 0x922C34CCu,
                         0x79F05149u, 0x2FCBD65Bu, 0x6ABE81D5u)},
                     {FE256_WORDS(
                         0x6461CD89u, 0x36326CE3u, 0xA32C2DFEu, 0x9B972720u, 0x43ED8F38u,
                         0x7D44CD72u, 0x95A300FDu, 0x917DA383u)}},
                    {{FE256_WORDS(
                         0x9941363Au, 0xCEA17FCFu, 0x0FDFB39Eu, 0x6F8936CDu, 0xEB58ADD3u,
                         0xC1035158u, 0x9EEF2FEEu, 0x652B9CE1u)},
                     {FE256_WORDS(
                         0xBE0659AFu, 0xCCE050EAu, 0xC7FF9A0Au, 0xD914B607u, 0xC1C3DE24u,
                         0x867EB0C8u, 0x9239423Bu, 0x2CC0231Au)}},
                    {{FE256_WORDS(
                         0xB7502A9Fu, 0x152AB009u, 0xABCF9B06u, 0xD2BD0BA2u, 0x34B01FCAu,
                         0x8BD19EF0u, 0x8BF844A0u, 0xDE83717Du)},
                     {FE256_WORDS(
                         0xE4F579CBu, 0x3A236E3Fu, 0x5D272016u, 0x6E7FAD4Fu, 0xB10C011Du,
                         0x41A4814Eu, 0x0463D137u, 0x33B21744u)}},
                    {{FE256_WORDS(
                         0x5CBCBD68u, 0x62ABE47Cu, 0x68FBAE25u, 0x77E0B505u, 0xC651A7F7u,
                         0x7ECBBAF6u, 0xE1DC158Au, 0xEB2EA678u)},
                     {FE256_WORDS(
                         0xFE84814Au, 0xA4B4F806u, 0x01183B3Bu, 0x685B2F09u, 0x2E822695u,
                         0x80A6A3C7u, 0x72123E56u, 0x5460C2FBu)}},
                    {{FE256_WORDS(
                         0xEFAB9E45u, 0xD9B24F12u, 0x47B30FB3u, 0xE8D44852u, 0x6F1F5832u,
                         0x57B85DB0u, 0x3D7FD548u, 0x0FC0BBDFu)},
                     {FE256_WORDS(
                         0x5E7174C2u, 0x07AFE313u, 0x54F3796Du, 0xBDC1FB41u, 0x5DF6B066u,
                         0x0D9AF0DBu, 0x81A5C805u, 0x8B325BA7u)}},
                },
                {
                    {{FE256_WORDS(
                         0xCB37BC58u, 0x4310A5ECu, 0x96AA0832u, 0xF8C18DF4u, 0xA21F7783u,
                         0x9BA6E565u, 0x0ADF456Au, 0x1D3A6806u)},
                     {FE256_WORDS(
                         0x895B2E02u, 0x25C08982u, 0x7F19672Bu, 0xF37F954Eu, 0x2FE5584Bu,
                         0x20822FDFu, 0x1559A271u, 0xCD391749u)}},
                    {{FE256_WORDS(
                         0xA440B7C1u, 0xB4077813u, 0x75BB33CBu, 0x4B9A5EF1u, 0x6285E931u,
                         0xD47061FBu, 0x3866C559u, 0x4D56C910u)},
                     {FE256_WORDS(
                         0x8A8A93C8u, 0xF92E7628u, 0xB1C5DE6Du, 0xEC553638u, 0x1A908CDFu,
                         0x84065EB1u, 0x5AF4C36Cu, 0xB2CA0662u)}},
                    {{FE256_WORDS(
                         0x90832BEBu, 0x48B1F44Eu, 0x7A60107Bu, 0x15C25973u, 0x7C32C85Eu,
                         0x6325AF59u, 0x7C40FC6Bu, 0x2094744Fu)},
                     {FE256_WORDS(
                         0x778C78ECu, 0xB8301949u, 0x4EB141E6u, 0x01061A43u, 0x9BC62D4Au,
                         0x35AD007Au, 0x28B775D7u, 0x4BB7EC22u)}},
                    {{FE256_WORDS(
                         0x89ED1411u, 0x1CB24884u, 0x8D50EE90u, 0xA21B8483u, 0x80CCDFFFu,
                         0xF015B035u, 0xC6EC1BCDu, 0x9BFB71FAu)},
                     {FE256_WORDS(
                         0x62C3D7D3u, 0xE862E5EFu, 0xEB83F4E5u, 0x1C6A1670u, 0xB6CE1108u,
                         0x60DDB3FDu, 0x642BC99Fu, 0x206EB0E2u)}},
                    {{FE256_WORDS(
                         0x114A2F62u, 0x4C96B086u, 0xCEEDCB1Fu, 0xB5E3F0AFu, 0x15E68544u,
                         0x63DFDBBEu, 0x26CF5C73u, 0x66EC1219u)},
                     {FE256_WORDS(
                         0x4469C9CFu, 0x54D37B25u, 0xBFFB1AB7u, 0x1C4868C8u, 0x9AA8DF2Au,
                         0x523CB239u, 0x71985183u, 0x9FFBFE4Fu)}},
                    {{FE256_WORDS(
                         0x574D4D52u, 0x5E4E7243u, 0x195FD233u, 0xF7BD1A0Eu, 0x757D5694u,
                         0x221EC458u, 0x8341EDD9u, 0xD2EEE98Eu)},
                     {FE256_WORDS(
                         0x89A9A4D1u, 0x6C10BBB2u, 0x1092654Bu, 0x76FAF9D3u, 0xA4C7E0DEu,
                         0x3FD874D6u, 0xEF26032Eu, 0x85BD3834u)}},
                    {{FE256_WORDS(
                         0xC0217921u, 0x1B3B5D77u, 0xA6D1A48Cu, 0xF54F6A71u, 0x72D22B8Au,
                         0x347CAD75u, 0x754183D9u, 0x9698610Du)},
                     {FE256_WORDS(
                         0xD450E7ACu, 0x1F46B61Au, 0x4FC07142u, 0xBD173023u, 0x769BCA0Fu,
                         0xC76B783Du, 0x978DB28Eu, 0x11F9CDC7u)}},
                    {{FE256_WORDS(
                         0x34B9AF9Au, 0x44CD88F1u, 0xF9D049D5u, 0x8915C78Du, 0x17C7F702u,
                         0x4301E8A9u, 0xA856C4CDu, 0xAC478C19u)},
                     {FE256_WORDS(
                         0x8EC77111u, 0x30E77DB2u, 0xB3B97B7Du, 0xC70AFED2u, 0x03F1ED59u,
                         0xF67CA12Fu, 0xFC8C577Eu, 0xFE33ADC6u)}},
                    {{FE256_WORDS(
                         0xE536AA1Cu, 0x42E20C6Au, 0x63A2BFE3u, 0x28965417u, 0xC449201Fu,
                         0x9E8925E4u, 0xF6E9E844u, 0x5C613752u)},
                     {FE256_WORDS(
                         0x2E76E3F8u, 0x1310BC87u, 0x1C35658Cu, 0x84A4A1B6u, 0x2AA1377Au,
                         0x1D3FE1F0u, 0x9B027255u, 0x7403302Cu)}},
                    {{FE256_WORDS(
                         0x68D04302u, 0x4834BBDEu, 0x6BFD30C7u, 0xB0F12102u, 0xFFAC3C85u,
                         0x549AAFE9u, 0xCBD1414Eu, 0xAB31C64Fu)},
                     {FE256_WORDS(
                         0x67A44D1Bu, 0x27A94B6Bu, 0x91288B45u, 0xB7732CEDu, 0x0884B382u,
                         0x8798C322u, 0x7818517Cu, 0x38693CF2u)}},
                    {{FE256_WORDS(
                         0x4DB753A8u, 0xE6CC0C6Fu, 0x792906DDu, 0xD82AED09u, 0x71C9AB2Eu,
                         0x3E68FEAAu, 0xC137D701u, 0x6C3515B4u)},
                     {FE256_WORDS(
                         0xE1691D50u, 0x05889D43u, 0x8A28DE52u, 0xCB1887ADu, 0x74344389u,
                         0xA6C962DBu, 0xF4E8284Fu, 0x523A50A6u)}},
                    {{FE256_WORDS(
                         0x2B9369E5u, 0x50D4980Bu, 0xB8F83854u, 0x70460867u, 0x1E46E4AAu,
                         0x03EFD148u, 0x9BC1F9ADu, 0x52814B66u)},
                     {FE256_WORDS(
                         0x2B3D0B8Eu, 0xE17503F0u, 0x41DF74DFu, 0x1EB0DF92u, 0x5F174211u,
                         0x275A8EADu, 0x991085DBu, 0x874AD0DCu)}},
                    {{FE256_WORDS(
                         0x87E54626u, 0xD4232B27u, 0xF5C81FA5u, 0xF8313699u, 0xCC64E98Du,
                         0xC460614Fu, 0x9CB4F9B0u, 0xAC7D3134u)},
                     {FE256_WORDS(
                         0x142FCC01u, 0x3FF94CB0u, 0x2501CFD0u, 0x2DAA1B09u, 0x86FABDF3u,
                         0x98688B7Eu, 0x3532D67Cu, 0x795DB06Eu)}},
                    {{FE256_WORDS(
                         0xE170D2C5u, 0x559E1F68u, 0x939AA301u, 0xA38EEE86u, 0x93608001u,
                         0x7D908EACu, 0x2E4D1C7Bu, 0xF0373DE3u)},
                     {FE256_WORDS(
                         0x50108505u, 0xA04382D2u, 0x15760847u, 0x0BF9F9A6u, 0xCDD0F6C5u,
                         0x028AF9D6u, 0x8F8E4A6Au, 0x10856589u)}},
                    {{FE256_WORDS(
                         0x68D362F9u, 0xC6C4AFC4u, 0x01E31B26u, 0x54760756u, 0xCD635B92u,
                         0x0896168Du, 0xA8051EACu, 0x8DC84C9Eu)},
                     {FE256_WORDS(
                         0x312FE64Fu, 0xB9C43042u, 0x75C754F3u, 0x465543CFu, 0xB2F363C9u,
                         0x5FB0314Du, 0xA6F0544Du, 0x35F11A73u)}},
                    {{FE256_WORDS(
                         0xA5683874u, 0xA80EB81Bu, 0x3EEA5FD3u, 0x51D92620u, 0xBA7B6EE7u,
                         0x3C98B57Fu, 0x0D40071Du, 0x7FCE224Bu)},
                     {FE256_WORDS(
                         0x94C1CE1Au, 0x04207FF4u, 0x527B8B31u, 0xDE6A8DFEu, 0xFED1E814u,
                         0x9DBAA883u, 0x16D2FC5Cu, 0xD2D63300u)}},
                },
                {
                    {{FE256_WORDS(
                         0x52B8A5DEu, 0x94B73FC2u, 0x02E537C2u, 0x11C4255Fu, 0x62ADBF41u,
                         0xAD6264FAu, 0xB37C1494u, 0x56B4F6BDu)},
                     {FE256_WORDS(
                         0xB08FF7E6u, 0x2BCEEE6Bu, 0x15117167u, 0x27B95844u, 0xA7063C85u,
                         0x2047F04Cu, 0xA5B36F92u, 0xFDC8E906u)}},
                    {{FE256_WORDS(
                         0x55B4B472u, 0x132BA972u, 0x620CCA65u, 0x38CF6179u, 0x942840A8u,
                         0x7B3C0DB2u, 0x614B5E37u, 0xBC8F5CC2u)},
                     {FE256_WORDS(
                         0xE9FD2103u, 0x4B21B871u, 0xD11E1165u, 0xA5E24DA1u, 0x9624D5A6u,
                         0x6F5344F1u, 0x3D49381Au, 0x389DF9F0u)}},
                    {{FE256_WORDS(
                         0xC99ECEA9u, 0x1194FA29u, 0xD0149475u, 0xF0D00947u, 0xEF33D8E6u,
                         0x0DAE0110u, 0xEBFBE61Du, 0x45DC20B9u)},
                     {FE256_WORDS(
                         0x72D6BE3Au, 0x72B33B53u, 0xDB22C008u, 0x6D5E5CD6u, 0xD6D86B84u,
                         0xE7218253u, 0x05D7684Fu, 0xC3E826DAu)}},
                    {{FE256_WORDS(
                         0xF31D06EDu, 0x11BDB8C6u, 0x9A70551Du, 0x4B0B4988u, 0x85277A49u,
                         0xE3D0D879u, 0xFCF8A6C7u, 0xC4ED0F88u)},
                     {FE256_WORDS(
                         0xBF99FA0Bu, 0x104BB8DAu, 0x7D44148Fu, 0xD4CFDA62u, 0x2879E21Eu,
                         0x39E4A0DFu, 0x6860AD6Fu, 0xB54A4EE5u)}},
                    {{FE256_WORDS(
                         0xA7310F44u, 0x34EFA319u, 0xEE47BD2Cu, 0x99C7BBECu, 0xF1483102u,
                         0x9115A422u, 0xEA7AC558u, 0x5DCEC6B1u)},
                     {FE256_WORDS(
                         0x8362DF92u, 0xA7F84D48u, 0x2C0D93D4u, 0x379B12B5u, 0x845A5D9Bu,
                         0xBE3802B6u, 0x580FF38Fu, 0x74638FBCu)}},
                    {{FE256_WORDS(
                         0x11AC9E3Cu, 0x3C4570FAu, 0xA47EA110u, 0x3868C0C2u, 0x641C92E5u,
                         0xC72C5AC9u, 0x283D8D89u, 0xC2F81F8Bu)},
                     {FE256_WORDS(
                         0x271B40C6u, 0xE99B116Cu, 0xB48F70A8u, 0xBF18837Cu, 0x87A37D22u,
                         0xB1FACB88u, 0xBF330BD8u, 0xEC9DB413u)}},
                    {{FE256_WORDS(
                         0x2ED6A885u, 0x843D64EEu, 0x083D229Cu, 0x1D8A6B12u, 0x3453E5BFu,
                         0xC070EC8Bu, 0x11B9D79Bu, 0x5465FFA5u)},
                     {FE256_WORDS(
                         0x26FC10F4u, 0x2A86CE0Du, 0x1D207AA2u, 0x8734790Eu, 0xCA177F90u,
                         0xEFAA21D6u, 0x8915253Eu, 0x11D771ADu)}},
                    {{FE256_WORDS(
                         0x5C716D8Au, 0xADFD6748u, 0xCEBE93FFu, 0x880ED8CDu, 0xD90D78DFu,
                         0xDC0A742Cu, 0xFF56B125u, 0x57DF4431u)},
                     {FE256_WORDS(
                         0xE323DD95u, 0x2081E92Bu, 0x706A3581u, 0xEF914F51u, 0x75B8069Du,
                         0x731F21CEu, 0x457E0DB0u, 0x0B8A253Cu)}},
                    {{FE256_WORDS(
                         0x0734F2F6u, 0x38FBA06Fu, 0x658862BAu, 0x3B2C9A19u, 0x96B8E793u,
                         0x4A2FF4ECu, 0x2E2B913Au, 0x172328C2u)},
                     {FE256_WORDS(
                         0x43BF80ECu, 0x62CAE513u, 0xF4F3C2E9u, 0x5F394E8Du, 0x5AF50D1Au,
                         0x9D4B9832u, 0x3105A901u, 0x55BCFE67u)}},
                    {{FE256_WORDS(
                         0x37BB6BE5u, 0x9824D67Fu, 0x6EAF48FFu, 0x482B836Eu, 0x1492A3C3u,
                         0x6DAAD47Du, 0xCBC2539Fu, 0x829421B7u)},
                     {FE256_WORDS(
                         0xB8DF6663u, 0x3D8F37E7u, 0x78256E1Eu, 0x3610107Eu, 0x0E0EC744u,
                         0x9569827Fu, 0x9DED896Au, 0x8EE3B9FFu)}},
                    {{FE256_WORDS(
                         0x3F107FD3u, 0x5EEEBB9Au, 0x4E9CAE33u, 0xBFE8AB47u, 0x0E15ABBCu,
                         0xD62A3499u, 0x00800E9Cu, 0x0485047Cu)},
                     {FE256_WORDS(
                         0xC7D86190u, 0x943EE56Fu, 0x05BF321Fu, 0xF0B87C1Eu, 0xC98FAF51u,
                         0xB0B99947u, 0x87D3A400u, 0x8FB6747Fu)}},
                    {{FE256_WORDS(
                         0x7F858EFBu, 0x1CF83698u, 0xD509E5C1u, 0x8A8DE784u, 0x3D7771CAu,
                         0x0AE1DBABu, 0xE1B57562u, 0xC110FEB9u)},
                     {FE256_WORDS(
                         0x23A22671u, 0xCB1B48A8u, 0x8031EDC1u, 0x50A13D69u, 0xE0A9960Cu,
                         0x65A13981u, 0xD5980D91u, 0xFB9866D2u)}},
                    {{FE256_WORDS(
                         0x658869B7u, 0x631262A0u, 0xBABB4AA4u, 0x7A6F4901u, 0x25329992u,
                         0x14A82BB1u, 0xFD88226Au, 0x6E531938u)},
                     {FE256_WORDS(
                         0x03E50011u, 0x557CA529u, 0x62C41C97u, 0x3EA1BDF7u, 0x20B12208u,
                         0x97F8DD98u, 0xAFB74885u, 0x615933A6u)}},
                    {{FE256_WORDS(
                         0xF37A9208u, 0x4382D683u, 0xF9A54AAFu, 0x2C7C26E9u, 0x002A83E4u,
                         0x5440DE7Fu, 0x1EC663D0u, 0xE9B948BBu)},
                     {FE256_WORDS(
                         0x3E3D9BC4u, 0xC5F7EF07u, 0x72EB66DDu, 0x1C8B5621u, 0x6A393F10u,
                         0x4CC087C8u, 0xE5FC2D60u, 0xB486AEC8u)}},
                    {{FE256_WORDS(
                         0xA33D47CDu, 0xA9DA369Bu, 0xAA4FD3B5u, 0xE2CB80D8u, 0x0ACB3E15u,
                         0xD744FCAFu, 0x93304A03u, 0x7704C34Fu)},
                     {FE256_WORDS(
                         0xC216D44Fu, 0x44D36919u, 0x9A2A587Du, 0x943987DEu, 0xF9A1B619u,
                         0xDAB43B19u, 0x1E08C962u, 0x29E06AD7u)}},
                    {{FE256_WORDS(
                         0xF5C1403Bu, 0xC7BE6A43u, 0x5FC17AD6u, 0x282262A4u, 0x9F22A885u,
                         0x6AC9DBE6u, 0x61A2505Fu, 0x8256B301u)},
                     {FE256_WORDS(
                         0xDA03B646u, 0x651D82FFu, 0xD8B3C256u, 0x9C3F67EBu, 0x1951B05Au,
                         0x5757F6ECu, 0x41C3AD08u, 0x922ED02Bu)}},
                },
                {
                    {{FE256_WORDS(
                         0xE25FCE22u, 0x5D9785F3u, 0x02E5F1CEu, 0x9CD92332u, 0x25CB00DFu,
                         0x49D170D2u, 0x0EEC1877u, 0x0F36CF3Bu)},
                     {FE256_WORDS(
                         0x78942C4Bu, 0x11D954D6u, 0xB7093BD4u, 0xE4F8E121u, 0xBE32066Cu,
                         0xA93244DDu, 0x97A78150u, 0xB971B7F8u)}},
                    {{FE256_WORDS(
                         0x60A8B41Fu, 0x06B72430u, 0x2D54418Cu, 0x579588F5u, 0xB13A4967u,
                         0x1C37EFF7u, 0xE0C8DFBFu, 0xCFCB46C4u)},
                     {FE256_WORDS(
                         0x951C4AFEu, 0x216ECD10u, 0xE12F6977u, 0x53D47C63u, 0xEBA4F780u,
                         0xA8F8C34Au, 0x062A846Fu, 0xCC73B6E5u)}},
                    {{FE256_WORDS(
                         0x841DEFEDu, 0x41A303ADu, 0x40211FDEu, 0x7C290DE1u, 0x0DA83932u,
                         0xB08ECA5Bu, 0x27C2A4A9u, 0x3B9B8A5Au)},
                     {FE256_WORDS(
                         0x2EA9FF8Fu, 0x73C4176Cu, 0x5BD3FFC7u, 0x247F8449u, 0xA178B939u,
                         0xFA797569u, 0x986280B4u, 0x4B93E740u)}},
                    {{FE256_WORDS(
                         0xA02431A9u, 0x011ED069u, 0x540BFECDu, 0xD9B34896u, 0x2AA2F9EEu,
                         0xEF7CE314u, 0xC5953B63u, 0x9D24A034u)},
                     {FE256_WORDS(
                         0x3F425485u, 0xC2009608u, 0x69529B50u, 0x8CEAAF94u, 0x9B7A53EDu,
                         0x9ED7ADACu, 0x0880ACD4u, 0x2052B1D3u)}},
                    {{FE256_WORDS(
                         0x7AA84AF5u, 0xBB23C148u, 0x12C7FD34u, 0xC636FAD4u, 0x7E66E7BAu,
                         0xB7A57289u, 0xDA157037u, 0xE5A527EDu)},
                     {FE256_WORDS(
                         0x74F9DC30u, 0x567BF0C7u, 0x0414C792u, 0x4F064E68u, 0x3A81314Cu,
                         0xB227E882u, 0x68E449AFu, 0x909477F8u)}},
                    {{FE256_WORDS(
                         0x36C44036u, 0x1499A8E6u, 0xB1288D15u, 0x08F922AFu, 0x62BD046Du,
                         0xAE8B6C6Cu, 0xA01F4DA7u, 0x9B567729u)},
                     {FE256_WORDS(
                         0x0CBCEBCDu, 0x1E92E1BCu, 0xD6C2F2CCu, 0xA00D6D02u, 0x5B9C310Cu,
                         0x6BE2D1C2u, 0x8FC4AEE9u, 0xC04FF433u)}},
                    {{FE256_WORDS(
                         0x956090A8u, 0x37F3F6BBu, 0xEA409A52u, 0x78610D1Du, 0xA3795F89u,
                         0x73776CC7u, 0x2F34A81Eu, 0x00211B03u)},
                     {FE256_WORDS(
                         0x9736C76Eu, 0x1774FAD5u, 0x54AEE62Au, 0xFA065C16u, 0xBFBA1A3Eu,
                         0x66167C2Bu, 0xF98E85CAu, 0xE960D6E4u)}},
                    {{FE256_WORDS(
                         0x24B1465Cu, 0xC19D6DBBu, 0x58C72746u, 0xF8EEF896u, 0xAC102B18u,
                         0x0360C524u, 0x8CBA8D77u, 0x2B22CC6Cu)},
                     {FE256_WORDS(
                         0xF02EA2B0u, 0xFEED5627u, 0xC3DADEA6u, 0x1C8EA9B0u, 0x94DED8B5u,
                         0xB9002758u, 0x37629762u, 0xB6000E62u)}},
                    {{FE256_WORDS(
                         0x16939910u, 0xE6D2824Eu, 0x9D3093BFu, 0x8797CCB3u, 0x31E4FA79u,
                         0xC33445C8u, 0xE1E30D03u, 0xF97F023Fu)},
                     {FE256_WORDS(
                         0x62334D3Bu, 0xA474791Au, 0x093C2EACu, 0x1C8A33B0u, 0xD8ED9AA1u,
                         0xB104837Eu, 0xAF942D9Au, 0x9E4A71F4u)}},
                    {{FE256_WORDS(
                         0xC341597Du, 0xDE131969u, 0x3B32EC7Fu, 0x6807D40Cu, 0xAB564E8Au,
                         0x385D6710u, 0x00881515u, 0x3F5E6C2Fu)},
                     {FE256_WORDS(
                         0xE0FB9469u, 0x748686A9u, 0x9AFD65B3u, 0x901D014Fu, 0x70EC45A9u,
                         0x2BC07352u, 0x0C97CDAEu, 0xAD123058u)}},
                    {{FE256_WORDS(
                         0xDB2E9B47u, 0xA4C815D6u, 0x8B30F568u, 0xBB7AA43Eu, 0xF8D0DA5Bu,
                         0xCD083CB2u, 0xD1307263u, 0xB0CC18FFu)},
                     {FE256_WORDS(
                         0x1680198Du, 0x8D684FD9u, 0xCB29CDCBu, 0xE35FA7C7u, 0xD23C73C5u,
                         0x69ACA49Du, 0x67E0C4D2u, 0x083CB1E2u)}},
                    {{FE256_WORDS(
                         0xA8E6688Fu, 0x39ABF1D0u, 0x7B1502E1u, 0x20D668C7u, 0x151490D2u,
                         0x5AB2E7EBu, 0x6785DF29u, 0xCF3EBF88u)},
                     {FE256_WORDS(
                         0xA721693Du, 0xD8ABC0EAu, 0x8DF02CB7u, 0xD2D31D9Fu, 0x71AD54CAu,
                         0xB0C6420Eu, 0x11898EF4u, 0xF5E84BDDu)}},
                    {{FE256_WORDS(
                         0x873CDC14u, 0xB18934CDu, 0xBA0436C1u, 0x0884420Fu, 0x7D24D4CBu,
                         0x81B5614Du, 0xC2397F57u, 0x81B0BC42u)},
                     {FE256_WORDS(
                         0xA0B677FBu, 0x40D45934u, 0xD84CA0EDu, 0x89005E23u, 0x60BDDA00u,
                         0xE460F40Eu, 0x95DB8FF0u, 0x859670B6u)}},
                    {{FE256_WORDS(
                         0xB70816FEu, 0x715B604Fu, 0x74BAAB74u, 0x3F3BA8FEu, 0x60CCFF9Fu,
                         0x25DC31C4u, 0xB59070DAu, 0x4AD152E3u)},
                     {FE256_WORDS(
                         0x9F83DEBDu, 0xD1C7F420u, 0x55AEBB88u, 0x8417C8EAu, 0xB2D660EFu,
                         0x447C787Eu, 0xF4453340u, 0x7511C394u)}},
                    {{FE256_WORDS(
                         0x5644368Cu, 0x82742897u, 0xBAC4C995u, 0xF640D2B3u, 0x47CF8BBCu,
                         0xEC4B3B76u, 0xDF48F768u, 0x98945DDFu)},
                     {FE256_WORDS(
                         0x82913716u, 0x2838CBA6u, 0x6A2B44B5u, 0x10F0FB83u, 0xF781DF0Cu,
                         0x60C56560u, 0x682F5336u, 0x752CE7B5u)}},
                    {{FE256_WORDS(
                         0x310893DBu, 0xD4ABC549u, 0x95E2A92Bu, 0xD8870CBCu, 0xE2C56C7Bu,
                         0x57A6B53Eu, 0x8132EF11u, 0xE9F5B308u)},
                     {FE256_WORDS(
                         0x79A146F7u, 0xB132A9B8u, 0x55232A13u, 0x1C8475D4u, 0x912B426Au,
                         0x30716204u, 0x9E8C137Eu, 0xE9876F55u)}},
                },
            },
};
