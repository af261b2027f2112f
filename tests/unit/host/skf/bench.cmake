# SPDX-License-Identifier: Apache-2.0
# skf_bench_test(NAME LABEL SOURCE): a test over a token that is set up by the interface alone
# (fixture.h, every.h). The judge is that of skfconf, some of whose names the vault has, too.
function(skf_bench_test name label source)
  set(here ${PROJECT_SOURCE_DIR}/tests/unit/host/skf)
  set(skfconf ${PROJECT_SOURCE_DIR}/tools/skfconf)
  set(judge_names)
  foreach(judged random_bytes rsa_decrypt rsa_encrypt rsa_sign rsa_verify
          sm2_decrypt sm2_encrypt sm2_public sm2_sign sm2_verify)
    list(APPEND judge_names ${judged}=judge_${judged})
  endforeach()
  hufu_test(${name} ${label}
    SOURCES ${source} ${here}/fixture.c ${here}/every.c
            ${PROJECT_SOURCE_DIR}/tests/support/vault_transport.c
            ${skfconf}/judge.c ${skfconf}/judge_sm2.c ${skfconf}/judge_rsa.c
    INCLUDES ${PROJECT_SOURCE_DIR}/tests/support ${here} ${skfconf}
    DEFINES ${judge_names}
    LIBS skf vault_native)
endfunction()
