# SPDX-License-Identifier: Apache-2.0
# Source packages the build needs that no installed package provides; filled in by tools/deps.
