/* SPDX-License-Identifier: Apache-2.0 */
/* The constants of SM2 (GB/T 32918.5), in Montgomery form. The comb is recomputed by ec_test. */
#include "crypto/ec.h"

const struct ec_curve ec_sm2 =
    {
        .p = &fe256_sm2_p,
        .n = &fe256_sm2_n,
        .b = {FE256_WORDS(0x2BC0DD42u, 0x90D23063u, 0xE9B537ABu, 0x71CF379Au, 0x5EA51C3Cu,
                          0x52798150u, 0xBA20E2C8u, 0x240FE188u)},
        .g = {{FE256_WORDS(0xF418029Eu, 0x61328990u, 0xDCA6C050u, 0x3E7981EDu, 0xAC24C3C3u,
                           0xD6A1ED99u, 0xE1C13B05u, 0x91167A5Eu)},
              {FE256_WORDS(0x3C2D0DDDu, 0xC1354E59u, 0x8D3295FAu, 0xC1F5E578u, 0x6E2A48F8u,
                           0x8D4CFB06u, 0x81D735BDu, 0x63CD65D4u)}},
        .comb =
            {
                {
                    {{FE256_WORDS(0xECDC2A1Cu, 0x06789D43u, 0x59F69B6Au, 0x4543597Fu, 0xD1A464AFu,
                                  0x9EE183BEu, 0x985E2672u, 0x7986D70Fu)},
                     {FE256_WORDS(0xF49C8B1Au, 0x311BD21Du, 0x08968239u, 0xE72A8C81u, 0x6E12BFA1u,
                                  0xA9472595u, 0x62FA3F12u, 0x6F5AB28Eu)}},
                    {{FE256_WORDS(0x0CAD5093u, 0x24FF3FACu, 0x060D7C1Bu, 0x63EB1B69u, 0xC5C23995u,
                                  0xED6B8DB3u, 0x85ABAB9Fu, 0x0130895Bu)},
                     {FE256_WORDS(0x42A2E95Fu, 0xEE5AA0D8u, 0x8ABE2DCFu, 0x88260424u, 0x9705E54Bu,
                                  0xFBF6E907u, 0xC7A8D440u, 0x92BCCCBBu)}},
                    {{FE256_WORDS(0xA8605D02u, 0xA4083CA0u, 0xE530376Eu, 0xD2A70ECFu, 0x0C0CFCBEu,
                                  0x19670A85u, 0x7CB45261u, 0xA7C3F3E2u)},
                     {FE256_WORDS(0xEC0F17E0u, 0xE43CD792u, 0x8367FC74u, 0xC713AFE5u, 0xE4A2FAE6u,
                                  0xCED070FCu, 0x4AFEC12Du, 0xE4BC566Fu)}},
                    {{FE256_WORDS(0x6C9C5A33u, 0x5C16F4ACu, 0xFAA6D469u, 0x2EF64961u, 0x03C70938u,
                                  0x31C534EEu, 0x2F8CBF15u, 0xAF3F7A7Fu)},
                     {FE256_WORDS(0x70BFC1F1u, 0x01294C32u, 0x6D588A05u, 0x6B4B4C4Fu, 0xB14F00E9u,
                                  0x6A64A29Bu, 0x3B5142DBu, 0xA7437503u)}},
                    {{FE256_WORDS(0x263BBB79u, 0xBE2CF840u, 0x0F9D5BEDu, 0x873ED8FDu, 0x5C2731EDu,
                                  0xD9C42F04u, 0x2E8BB2BDu, 0x53B7E9F4u)},
                     {FE256_WORDS(0xC88CB678u, 0x2811E2CCu, 0x6A21DCFDu, 0xA5E14D18u, 0xBAECAF77u,
                                  0xED085ED3u, 0x1E5A8261u, 0xAA274E16u)}},
                    {{FE256_WORDS(
                         0x4E42364Au, 0x72E05A17u, 0x677EC2EFu, 0xDB0D319Cu, 0x6FC114B6u,
                         0x95DF7138u, 0xC69B4DBCu, 0x3F34D2A9u)},
                     {FE256_WORDS(
                         0x6D5E3A64u, 0xCB98B8E0u, 0x3A50B604u, 0x447DCDA7u, 0x17B6CDC9u,
                         0x4ECFDB1Du, 0x0928E06Eu, 0xF304907Eu)}},
                    {{FE256_WORDS(
                         0xC130B940u, 0xA63F613Au, 0x56E5CADEu, 0x96AD2124u, 0x06212BF2u,
                         0xF8BC5898u, 0xE4494FBAu, 0x0C78AADEu)},
                     {FE256_WORDS(
                         0x0BC4B879u, 0xA7A8E8E2u, 0xB3CDD2E2u, 0xCC6100D5u, 0xB9750F01u,
                         0x598DF118u, 0x309219A8u, 0x014314E1u)}},
                    {{FE256_WORDS(
                         0x27B99FAFu, 0x7580DE3Bu, 0x57EFCB3Eu, 0xE1B7528Du, 0xA76819D5u,
                         0x88DCFBD2u, 0xE87DC9A0u, 0x08477394u)},
                     {FE256_WORDS(
                         0x0E9FC543u, 0x830AEEF7u, 0x49B081ECu, 0x84BF9F37u, 0x4019307Au,
                         0x3F419A6Cu, 0x75721664u, 0xB0150305u)}},
                    {{FE256_WORDS(
                         0x9B1C5556u, 0xEEDB4893u, 0x595475B1u, 0x9BB0046Au, 0x02028765u,
                         0x8268F395u, 0x966D383Eu, 0x8B056D3Du)},
                     {FE256_WORDS(
                         0x26AEE756u, 0x6D18EF68u, 0x261E2BF9u, 0xE5BE98D7u, 0x3F4C9379u,
                         0x7AD0D77Fu, 0xDD06A1C6u, 0xD3AA0F70u)}},
                    {{FE256_WORDS(
                         0xF7A85C1Bu, 0x46FF6114u, 0xF6FDA8CCu, 0x6382E7CAu, 0x9E59D425u,
                         0x08F193BBu, 0xF28A8F98u, 0x1AD70193u)},
                     {FE256_WORDS(
                         0xB8686DE3u, 0xDD2A6F08u, 0x035E9C4Fu, 0x92D34356u, 0x71E4BAA8u,
                         0xFE5F86B6u, 0x4F3A7151u, 0x7E7092BAu)}},
                    {{FE256_WORDS(
                         0xCD78FCC3u, 0x6073C82Bu, 0x55DE4A66u, 0x995C58C8u, 0xB2978186u,
                         0xE9C08045u, 0x1D2647DFu, 0xEFE923F7u)},
                     {FE256_WORDS(
                         0xDBF9BB5Au, 0x6B498744u, 0xAE0F8868u, 0xEAB09EEFu, 0xB9388464u,
                         0xE7ECEFFFu, 0x5B997051u, 0x0CD8359Cu)}},
                    {{FE256_WORDS(
                         0xAD76C983u, 0x55B5EB3Fu, 0x8C7D691Cu, 0xCD4340A7u, 0xAA3BED8Fu,
                         0x11DDF5B3u, 0x7B036C13u, 0x58BB7FEFu)},
                     {FE256_WORDS(
                         0xDB9CA67Fu, 0xA52AC522u, 0x66AE6363u, 0x36829096u, 0x25EE6C19u,
                         0xC72243A7u, 0xDF39F2B1u, 0x60A1340Fu)}},
                    {{FE256_WORDS(
                         0x32E70A0Fu, 0xFBFC7867u, 0x75743012u, 0xFBA5BC6Fu, 0xDCD3E04Bu,
                         0xEFFB9E4Fu, 0xF9CF4C0Fu, 0xCFC174A9u)},
                     {FE256_WORDS(
                         0x8CA17BB1u, 0x54148F13u, 0xC533A3EFu, 0xBAAEC086u, 0x426A6B77u,
                         0x146F9985u, 0xFFE54633u, 0xCF9D2D4Au)}},
                    {{FE256_WORDS(
                         0x9043011Cu, 0xB89896CAu, 0x99132C38u, 0x1BEC53B7u, 0x4E832948u,
                         0xC972A7ECu, 0x1E1DAE98u, 0x797DF7FAu)},
                     {FE256_WORDS(
                         0x5551AAFDu, 0x4EF0D1A1u, 0x4286076Eu, 0xB73D1513u, 0x4568900Du,
                         0xE66DF1A2u, 0x3D3F4CB0u, 0x24AACB9Au)}},
                    {{FE256_WORDS(
                         0xD47D17FDu, 0x72B1471Au, 0x52D0B940u, 0x39F408CAu, 0x2AA12A44u,
                         0x8A28C24Du, 0xC10750C0u, 0xDCA50A02u)},
                     {FE256_WORDS(
                         0x6D996EE5u, 0x6EA2B0B5u, 0x88A07813u, 0xA437796Bu, 0x2E2512B6u,
                         0x4513C86Cu, 0x6B77D289u, 0x65B0F3D4u)}},
                    {{FE256_WORDS(
                         0xDF456E80u, 0x8DE3E85Cu, 0x0961801Fu, 0x84C9A1F0u, 0x26645845u,
                         0xFF91DC88u, 0x97B361CBu, 0xD42C2B7Eu)},
                     {FE256_WORDS(
                         0xFFE184E9u, 0xA4E80ABDu, 0x2A8B87F9u, 0x8491DA77u, 0xD37A322Du,
                         0x176F8D14u, 0x2C356C10u, 0xECECB58Fu)}},
                },
                {
                    {{FE256_WORDS(
                         0xB0E8A3F5u, 0xF649E8B6u, 0x53CD987Du, 0xC3CBE0D2u, 0xBE65D8D7u,
                         0x58318EFDu, 0xEC740040u, 0xA91E2771u)},
                     {FE256_WORDS(
                         0x4B0F0F98u, 0xC525627Eu, 0x88DCB7E7u, 0xF336C5B5u, 0x822893E2u,
                         0x1758FD0Bu, 0xFC362A26u, 0x79F25219u)}},
                    {{FE256_WORDS(
                         0x9D12AC43u, 0x1581805Fu, 0x8E5E5DD9u, 0x7CA1BA6Fu, 0x3C90B80Fu,
                         0xB14651E0u, 0x5E6E33BCu, 0x0D662147u)},
                     {FE256_WORDS(
                         0x85974212u, 0x1A39A48Au, 0xD11DB189u, 0x7E11EA1Du, 0x75C1E19Cu,
                         0x9DDA03D7u, 0xF40BE62Eu, 0xAD9CED35u)}},
                    {{FE256_WORDS(
                         0x2B4CE101u, 0x597131F9u, 0x4718E6C1u, 0x6772135Eu, 0x65DA72B7u,
                         0xE4DD4479u, 0x53C7802Au, 0x26E939B5u)},
                     {FE256_WORDS(
                         0x825D0DEEu, 0xFF7A6F35u, 0x4F2FDA14u, 0x13295981u, 0xC84C6678u,
                         0x8DBF35BBu, 0x7DE84707u, 0x7C1858F8u)}},
                    {{FE256_WORDS(
                         0x361B0886u, 0x440512E1u, 0xDD71B18Fu, 0x69F0B7ACu, 0xE32509ADu,
                         0xCD7A8791u, 0x226D3F59u, 0xB377E61Du)},
                     {FE256_WORDS(
                         0x7C2AB0AEu, 0xF5236AFBu, 0x2F796734u, 0x77479EE5u, 0xDA884D82u,
                         0xA9231FB2u, 0xED8052D3u, 0x0FD9DBA6u)}},
                    {{FE256_WORDS(
                         0xE9FA0C0Fu, 0x4EFB4293u, 0x55EE8909u, 0x68D21243u, 0x78F5C410u,
                         0x210ECC0Du, 0x55127AA0u, 0xF03CC703u)},
                     {FE256_WORDS(
                         0x88BC058Bu, 0x2FFAC8DCu, 0x68CBEDAAu, 0xFBD6473Au, 0xDE36C99Du,
                         0xCB9BFEE9u, 0x0899B681u, 0xCA18AF2Au)}},
                    {{FE256_WORDS(
                         0x13247D41u, 0xA2339F9Du, 0xCD5FB065u, 0xD2E07EECu, 0x255A3CC6u,
                         0x9AC49C70u, 0x61A7675Eu, 0x4131E87Cu)},
                     {FE256_WORDS(
                         0x9CF9841Du, 0xD956D4B6u, 0x01511F6Eu, 0xEA6F3C92u, 0xEE3A2901u,
                         0x02B4DB49u, 0x8A59E3C1u, 0xDD9A78D4u)}},
                    {{FE256_WORDS(
                         0x88CBD34Fu, 0xA5A58DB1u, 0x596B3160u, 0xDAD021B6u, 0x7A8F110Du,
                         0xA8D355B7u, 0x5FC9262Bu, 0x3D0CAD5Au)},
                     {FE256_WORDS(
                         0xF30CC6D4u, 0x9007F777u, 0x1FB34588u, 0xBD4D0B1Bu, 0xD5BA618Eu,
                         0xA7CCBA2Fu, 0x59A91B04u, 0xB30C108Bu)}},
                    {{FE256_WORDS(
                         0xA7A61DDDu, 0xD11614B8u, 0x8134C035u, 0x0C6C0061u, 0x0A65F2D8u,
                         0xE452AEF1u, 0x0C649CEDu, 0x91FD632Du)},
                     {FE256_WORDS(
                         0x10D1DDC2u, 0xBCE16D6Cu, 0xD579619Du, 0x4588A2AEu, 0x9DF5EB50u,
                         0xFA294E88u, 0x27DDE824u, 0x5689796Bu)}},
                    {{FE256_WORDS(
                         0x614C6489u, 0x2EEA7094u, 0xFD0F2BE2u, 0xC76A9004u, 0x6ED65B6Eu,
                         0x0D4A50FCu, 0xBF5426C6u, 0xA0A4800Fu)},
                     {FE256_WORDS(
                         0x046A7187u, 0x9DE2EE4Eu, 0xFF9DE064u, 0x936A81FCu, 0xCF947140u,
                         0xE6E3E8F5u, 0xB8A20966u, 0x9416E9ABu)}},
                    {{FE256_WORDS(
                         0x27A8DD5Du, 0xC39DBCBDu, 0xCB913A9Au, 0x23ECABCFu, 0xFC8DDB49u,
                         0x090267F9u, 0x3DA05371u, 0x1C51B693u)},
                     {FE256_WORDS(
                         0xCBB17BBDu, 0xE7D0043Fu, 0xA850B2FEu, 0x415D90AFu, 0x401F901Eu,
                         0x41F8F7E6u, 0xE038DACCu, 0xD0576238u)}},
                    {{FE256_WORDS(
                         0x8257BAC1u, 0x6DC03E2Bu, 0x754840B2u, 0x0A4BA6CEu, 0x9CC4D2A3u,
                         0x08CDD034u, 0x66FA1162u, 0x377E2BE3u)},
                     {FE256_WORDS(
                         0x020B629Eu, 0x50746DBEu, 0x855206BFu, 0xEF25370Bu, 0xC2EB5CA4u,
                         0x019D0EC2u, 0x7F325E01u, 0x9270EBF4u)}},
                    {{FE256_WORDS(
                         0x8F2BF1CCu, 0x71861AB7u, 0x62E41532u, 0x1320DB27u, 0xE63E81F2u,
                         0xB28692F8u, 0xE0845349u, 0x2D970F98u)},
                     {FE256_WORDS(
                         0x156DB7DEu, 0x2F134671u, 0x32635939u, 0x7BF5AB05u, 0xFD7FCD5Au,
                         0x3C2F7627u, 0x6341CF34u, 0x047B8B79u)}},
                    {{FE256_WORDS(
                         0xB7B0EF05u, 0xBDCBA1EBu, 0xC5D2D82Cu, 0x04533234u, 0x618EAD59u,
                         0xC9130556u, 0xDC564055u, 0x972499E8u)},
                     {FE256_WORDS(
                         0x7AD433A8u, 0x60867AD3u, 0x241F61B5u, 0xC4855163u, 0xA3D13EC6u,
                         0x86C68BFBu, 0x7C9EB21Du, 0x7D6C7BFFu)}},
                    {{FE256_WORDS(
                         0xB1938C5Du, 0xD751ECE6u, 0x5F26DF33u, 0x018EF675u, 0x9CBD661Du,
                         0xD9F6E842u, 0x571EF383u, 0x7EC17C8Bu)},
                     {FE256_WORDS(
                         0x25B2D795u, 0x1B2136E9u, 0xD5385B54u, 0x2EFF00B5u, 0xB0DE9741u,
                         0xDB5D0AAAu, 0xF5624831u, 0xBC984394u)}},
                    {{FE256_WORDS(
                         0x6E6A1D33u, 0x4D618527u, 0x73B5EAB7u, 0x60093629u, 0xFEA1B9A5u,
                         0x7195F23Eu, 0xEC1CBE87u, 0x631F2F04u)},
                     {FE256_WORDS(
                         0xE985339Au, 0x73DAF38Au, 0x878B438Bu, 0x5D10ED1Fu, 0x55978D17u,
                         0xF0469FA2u, 0x6815F612u, 0xA263D42Bu)}},
                    {{FE256_WORDS(
                         0xE31BD157u, 0x059CB191u, 0xEB00C67Eu, 0x3529211Au, 0xB1B989B2u,
                         0x79D82131u, 0x8FB5AF5Bu, 0xF6C9FA37u)},
                     {FE256_WORDS(
                         0x9C738103u, 0xACAB8B75u, 0xB285F125u, 0xAE219D5Eu, 0x492CEF62u,
                         0xE9588018u, 0xDD999548u, 0x3C8B3E98u)}},
                },
                {
                    {{FE256_WORDS(
                         0xA8C947FCu, 0x1C1E41A5u, 0x97E051DCu, 0x2D26DA4Cu, 0xB651BC67u,
                         0xBAE8A09Du, 0x4B873388u, 0x9FDFA859u)},
                     {FE256_WORDS(
                         0x9D64D49Fu, 0x56B0CF5Du, 0x35D4E872u, 0xF2C13C60u, 0xAD7F5B29u,
                         0xAE4A90EBu, 0xCBC2D5E4u, 0xA0F14B81u)}},
                    {{FE256_WORDS(
                         0xE0A8393Du, 0x6CFBA453u, 0xE49D8CF0u, 0x6034F948u, 0xCDF62FDAu,
                         0xD9A6332Eu, 0xCA9EDD0Au, 0x0C6F230Bu)},
                     {FE256_WORDS(
                         0x967F0F22u, 0x6B6F04B5u, 0x0B4BC1A2u, 0xB2900B54u, 0xCC00013Au,
                         0x863CE0B3u, 0x1FB9BBAEu, 0xCC309EB2u)}},
                    {{FE256_WORDS(
                         0xE9E0F839u, 0x0C857FF4u, 0x9243D417u, 0xDAD9BBC2u, 0xC1D47852u,
                         0xA4781D51u, 0x6DF109EDu, 0x845C9F7Au)},
                     {FE256_WORDS(
                         0x91C6E141u, 0xB4BDA59Bu, 0xF5BEC194u, 0xEBDB52F0u, 0x4C1ADE15u,
                         0xFAD849EFu, 0x0F60F587u, 0x2A2DB965u)}},
                    {{FE256_WORDS(
                         0x62B085C5u, 0xE380933Au, 0x425AE9EBu, 0x9A1A88CFu, 0xC4108ADAu,
                         0xEAEAF6D0u, 0xF8317390u, 0x2FCFEEFCu)},
                     {FE256_WORDS(
                         0x5CABD774u, 0x30EE35FCu, 0xB0B89732u, 0x0EBE5556u, 0xE01D57A5u,
                         0x5F09C90Eu, 0x42CD3CE5u, 0x5C3ED63Au)}},
                    {{FE256_WORDS(
                         0x78FDEDA7u, 0x41CD83F6u, 0xFC1800C7u, 0xF9480B91u, 0xF36B0F10u,
                         0x8203159Du, 0x8896AF5Bu, 0x95A915F1u)},
                     {FE256_WORDS(
                         0x271FBCF4u, 0x1A8931E5u, 0xE1B02482u, 0x15EFD8AAu, 0x04FF07D6u,
                         0x55427294u, 0x144ED4D7u, 0xCF2983B1u)}},
                    {{FE256_WORDS(
                         0xBE175D80u, 0xABDDCB76u, 0x6FE01E61u, 0x16F6F50Du, 0x4EE7E8F7u,
                         0xBABD3BC2u, 0x48B8E134u, 0x3D7D8AE0u)},
                     {FE256_WORDS(
                         0xD0561C29u, 0x2B9130F0u, 0x2FE8EA3Au, 0x4FE9D2E1u, 0x28F343B6u,
                         0xE6D7C81Fu, 0xEEBA8449u, 0xF81B8972u)}},
                    {{FE256_WORDS(
                         0xC4299D94u, 0x0C2E461Bu, 0x8C8EF114u, 0x046171AEu, 0xA248E2C2u,
                         0x2F164B97u, 0x484F3D5Fu, 0xB3323BB3u)},
                     {FE256_WORDS(
                         0x62950A54u, 0x926D52DAu, 0x6DD5AB17u, 0xBA81FE63u, 0xBFAD96C7u,
                         0xA1CAED95u, 0x67E50CD6u, 0x16967A7Du)}},
                    {{FE256_WORDS(
                         0x2F0AB7A4u, 0x0DD6C525u, 0x8E97B208u, 0x65FAF5F6u, 0x45E12A7Du,
                         0x38D72BC8u, 0x54A9AFDDu, 0x1D0F7889u)},
                     {FE256_WORDS(
                         0x2FF49F15u, 0x8D3EB507u, 0x835FAAD4u, 0x0FBBBD74u, 0xC9996DE3u,
                         0xC3410473u, 0xB9074696u, 0xF93CB748u)}},
                    {{FE256_WORDS(
                         0x10CEEB8Au, 0xA53C395Fu, 0x2F0DDBF5u, 0x856EC8E1u, 0x4DC5EF3Du,
                         0xE8D6AAA6u, 0x0EB34BA8u, 0x252BEF93u)},
                     {FE256_WORDS(
                         0x421B2AE3u, 0x862AF107u, 0x7136E526u, 0x135F662Au, 0xBAC01C25u,
                         0x08E91F80u, 0xF6D9DDABu, 0x64B77C4Eu)}},
                    {{FE256_WORDS(
                         0x39200C58u, 0x0042C749u, 0xE03DB6E2u, 0x61378D78u, 0xC656D370u,
                         0xCE20346Au, 0x8D770130u, 0xF40AFEAEu)},
                     {FE256_WORDS(
                         0xA91E6FF4u, 0xB4F60D73u, 0x0A73DFA6u, 0x0B98AAB6u, 0xE69CC53Cu,
                         0x8A8F5C6Fu, 0xC6FBAD79u, 0xE1A7B2CAu)}},
                    {{FE256_WORDS(
                         0x3D819BA1u, 0x723F944Bu, 0xECE050C2u, 0x40E4D387u, 0xF29E8B45u,
                         0x7A35B5B0u, 0xF77E0C8Eu, 0xAA686A17u)},
                     {FE256_WORDS(
                         0x3C87AEADu, 0x1989119Au, 0xE44F9162u, 0x42293FF5u, 0xD1123CBAu,
                         0x27D32C14u, 0x26A26F05u, 0x1F02D1DEu)}},
                    {{FE256_WORDS(
                         0xDE63557Bu, 0xB6A1361Bu, 0x9B43DA6Au, 0xA1F8D76Fu, 0x927D260Fu,
                         0x50A74D68u, 0x64279515u, 0x47D13558u)},
                     {FE256_WORDS(
                         0x13D13AFAu, 0x93BFE574u, 0x2A0C60A0u, 0x8789BF70u, 0xDE27D122u,
                         0xCF1A118Du, 0x1B52C432u, 0xDD1D72DBu)}},
                    {{FE256_WORDS(
                         0x80F5E00Cu, 0xB56DB019u, 0x732E5731u, 0xCE2A1600u, 0xAED7EE06u,
                         0xBB6DD5BDu, 0x1CAAE807u, 0x2D623AE3u)},
                     {FE256_WORDS(
                         0x6C8A1C3Du, 0x75FDEE7Cu, 0x859342BAu, 0x722E12E1u, 0x2E7D6853u,
                         0x4A58A4A5u, 0x869D9F34u, 0x91660E55u)}},
                    {{FE256_WORDS(
                         0xF859D04Bu, 0xCE8A328Fu, 0x33F931B3u, 0x0B1DAFBAu, 0x6990778Cu,
                         0xBC25BA27u, 0xF0A03A74u, 0x65F01D3Du)},
                     {FE256_WORDS(
                         0x86C80A57u, 0xA50014F8u, 0x1C7F3434u, 0x87DDC55Au, 0x530F99CFu,
                         0x3EBCA790u, 0xC22FA6D1u, 0x5CF97405u)}},
                    {{FE256_WORDS(
                         0x58398E57u, 0xD09F7588u, 0x8F0DE906u, 0x4C41ADA5u, 0x31C9D912u,
                         0xBA88E445u, 0xB5B8921Bu, 0xB2636B70u)},
                     {FE256_WORDS(
                         0xCE74F742u, 0x80D9317Du, 0xF42E9F60u, 0xABDE215Eu, 0x885CE968u,
                         0xD4734225u, 0xB6B23637u, 0x4CA1DF4Eu)}},
                    {{FE256_WORDS(
                         0x37DD4947u, 0x5B909F63u, 0xB078FB5Eu, 0x9EBB02DBu, 0xF33E96AFu,
                         0x6F387742u, 0x01C04FBCu, 0x97681CA9u)},
                     {FE256_WORDS(
                         0xF84E28BBu, 0xBF0A2063u, 0x29DBC7F3u, 0x4890504Fu, 0xF3C02216u,
                         0xA897CFD7u, 0xC21C9594u, 0xB84F65C7u)}},
                },
                {
                    {{FE256_WORDS(
                         0x77B6F32Cu, 0x6309426Cu, 0x4424583Cu, 0x30B445EBu, 0x904AAFD3u,
                         0x15D83497u, 0xDECD3714u, 0x94789FFDu)},
                     {FE256_WORDS(
                         0x81EB142Cu, 0x67504122u, 0xF897E5A5u, 0xC68BF1C1u, 0xB39ECCB6u,
                         0xB00B0F4Fu, 0x599EE13Au, 0x9FD5E1C4u)}},
                    {{FE256_WORDS(
                         0x2F64B8BEu, 0xC5726EEDu, 0x49CE83B8u, 0xA257D830u, 0xAD3D76B4u,
                         0x453E0082u, 0xF47B803Au, 0xCF7FE9ECu)},
                     {FE256_WORDS(
                         0xFC25794Au, 0xC77F0907u, 0x8067EC95u, 0x8AEC3477u, 0x8884EFD0u,
                         0x8D21C97Cu, 0x49A5D2A7u, 0xA28CBF01u)}},
                    {{FE256_WORDS(
                         0x9A3F4E50u, 0xE5ADC4E8u, 0x363EB68Bu, 0x8B4B2EB2u, 0x29B00C0Bu,
                         0x5DF12DECu, 0x88660589u, 0x43503C7Au)},
                     {FE256_WORDS(
                         0xC856E15Du, 0x5B49C346u, 0xF6D1705Bu, 0x9B3948F3u, 0x118640BCu,
                         0x8AF69823u, 0xC08B66AAu, 0x5101CFE7u)}},
                    {{FE256_WORDS(
                         0xE5649C60u, 0xF4E940BDu, 0x4DAE4D12u, 0xF4C757F5u, 0x6D9DF760u,
                         0xF931A6E3u, 0xDC343A46u, 0x67C55D25u)},
                     {FE256_WORDS(
                         0xA1910B07u, 0xF8AC0634u, 0x73E6145Du, 0x2923A393u, 0xC3B1B3EFu,
                         0xCD1D2AC5u, 0x6AB90AF2u, 0x400E84CEu)}},
                    {{FE256_WORDS(
                         0x996B5636u, 0xEC07A97Fu, 0x0281B276u, 0x77CEEFE8u, 0xE88A33CFu,
                         0xF1CAB3F1u, 0xAA70D12Bu, 0x4CCE1678u)},
                     {FE256_WORDS(
                         0xA764D3E0u, 0x07993A76u, 0x934DD456u, 0xE2CAE01Au, 0xE7096636u,
                         0x84713222u, 0x7B10E380u, 0x56F469A5u)}},
                    {{FE256_WORDS(
                         0x51956B92u, 0x6A8586AEu, 0xECED5436u, 0x3D30EE2Eu, 0xC57BCB55u,
                         0xF2B6C1FEu, 0x58C3D70Cu, 0xB10E0F7Fu)},
                     {FE256_WORDS(
                         0xBB77A6F7u, 0x1839343Fu, 0x96BA2E26u, 0xF1437E44u, 0x1A04CB89u,
                         0xA644B699u, 0xDD273AAAu, 0xED0A838Bu)}},
                    {{FE256_WORDS(
                         0x24D7C117u, 0x59020A3Au, 0x03218194u, 0x6CA9EE43u, 0x282D0993u,
                         0x4F5024F7u, 0x5A4CB45Fu, 0xC153C81Cu)},
                     {FE256_WORDS(
                         0x24BDE82Bu, 0x8FC108FBu, 0x49348A74u, 0xA0E66FF8u, 0x548533B7u,
                         0x9FE65C5Cu, 0x7389A425u, 0x7473AD50u)}},
                    {{FE256_WORDS(
                         0xA9E7DE94u, 0xF78C2102u, 0xF2085E11u, 0xAB019710u, 0x4B3BD0C3u,
                         0xCD601F55u, 0x9A749AEBu, 0x2F68E3C6u)},
                     {FE256_WORDS(
                         0x910A5A8Cu, 0x3FE956EBu, 0x31F0B317u, 0xEC2A4112u, 0xC8178E33u,
                         0x22234AF6u, 0x8ADDE129u, 0xBC8A1BB7u)}},
                    {{FE256_WORDS(
                         0x4DFDA5B9u, 0x9FA581ECu, 0x5C706478u, 0x76491410u, 0x1325CAB2u,
                         0xBB4304E8u, 0xD7036086u, 0x6DE1C94Du)},
                     {FE256_WORDS(
                         0xF6B6BFD3u, 0x0BC60C18u, 0x2CE42B6Bu, 0xD7B1C361u, 0x11BC652Fu,
                         0x358D9650u, 0xD6F0C35Bu, 0x7C4F4ADDu)}},
                    {{FE256_WORDS(
                         0xB792F3D8u, 0x93DA8626u, 0x64A51966u, 0x887F1C5Eu, 0x942CF712u,
                         0xE95C85EEu, 0x52856A7Bu, 0xFFDD528Fu)},
                     {FE256_WORDS(
                         0x66DAD94Du, 0xA7E0E8D7u, 0x390F81A2u, 0x6B5173E4u, 0xF7AE568Du,
                         0x67CAD136u, 0x08AB1016u, 0xC73C9F73u)}},
                    {{FE256_WORDS(
                         0x398C65B1u, 0xCE7E4B29u, 0xC59B4DC7u, 0x74CE8F0Eu, 0xDFE46B60u,
                         0xE0A96A44u, 0xEB1E83CCu, 0x146EA945u)},
                     {FE256_WORDS(
                         0xCBA54E7Bu, 0x98E10CC1u, 0xEA551321u, 0xE4CFB7FBu, 0xFB20A9D9u,
                         0x04B07460u, 0xFCCDB80Bu, 0x94F92F21u)}},
                    {{FE256_WORDS(
                         0xBE462A6Au, 0x51F189E4u, 0x9EA2716Fu, 0x00DA4985u, 0x99DA17ACu,
                         0xFB167415u, 0x38AD14ADu, 0x19F2649Cu)},
                     {FE256_WORDS(
                         0xC660C708u, 0x98AA877Fu, 0x8F84CE75u, 0xB0C4FBFAu, 0x816C69F1u,
                         0x5F3F834Du, 0xA7BDDEC5u, 0x47923754u)}},
                    {{FE256_WORDS(
                         0xD290F695u, 0x1861E094u, 0x0C58CD75u, 0xFA12FB71u, 0x30A125C8u,
                         0xD544D344u, 0xAB7B0D2Au, 0xF3934B02u)},
                     {FE256_WORDS(
                         0x0EAD5D43u, 0xFE2C428Du, 0x7426D9FDu, 0xACE9B6DFu, 0x6741D9FCu,
                         0x6154D43Cu, 0x9B400C8Du, 0x9B374196u)}},
                    {{FE256_WORDS(
                         0x67BE27DEu, 0x2D40AC3Eu, 0x054C3B4Au, 0x183E4354u, 0x1320AFB2u,
                         0x9A102E51u, 0x5F5A654Bu, 0x257655FBu)},
                     {FE256_WORDS(
                         0x9D4BEFA6u, 0x3400BC79u, 0x0F65786Au, 0xB50807B7u, 0x61F580B6u,
                         0x729B6F99u, 0x147CBCF3u, 0x9CE3AD75u)}},
                    {{FE256_WORDS(
                         0x1B3DF995u, 0x18C0AAA8u, 0x38631313u, 0xAD24B5D1u, 0xB82A2478u,
                         0xFE68C9D2u, 0x0AEEC39Fu, 0xC4DD1819u)},
                     {FE256_WORDS(
                         0x3AFA5375u, 0x186BC5AFu, 0x2449A075u, 0x26F1C49Bu, 0x9EDFA886u,
                         0x2FC26EE5u, 0x6A4E69B1u, 0x58B8704Bu)}},
                    {{FE256_WORDS(
                         0x681854DBu, 0x41A21CF6u, 0xC7D5FC5Fu, 0x95E7ED74u, 0x415B9848u,
                         0x25A4FE2Au, 0x1EBDD3D4u, 0xC3899BA1u)},
                     {FE256_WORDS(
                         0x750C7005u, 0x4C1DC763u, 0x6F7E91B7u, 0x4CCE30C2u, 0xE5A48FA4u,
                         0xFDBE62A8u, 0x6C02E924u, 0x3104CC16u)}},
                },
            },
};
