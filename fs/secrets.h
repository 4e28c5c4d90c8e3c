// SPDX-License-Identifier: Apache-2.0
//
// Where people's secrets lie in their home directories, as data.

#ifndef SBX_FS_SECRETS_H_
#define SBX_FS_SECRETS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fs/spec.h"

namespace sbx::fs {

struct SecretRow {
  // From the home directory on.
  absl::string_view path;
  absl::string_view reason;
};

inline constexpr SecretRow kSecrets[] = {
    {".ssh", "SSH keys and the hosts that they open"},
    {".gnupg", "OpenPGP keys"},
    {".pki", "certificates' private keys"},
    {".password-store", "passwords (pass)"},
    {".local/share/keyrings", "passwords (GNOME keyring)"},
    {".local/share/kwalletd", "passwords (KDE wallet)"},
    {".config/keepassxc", "passwords (KeePassXC)"},
    {".config/Bitwarden", "passwords (Bitwarden)"},
    {".config/1Password", "passwords (1Password)"},
    {".netrc", "passwords of FTP and web sites"},
    {".git-credentials", "passwords of Git servers"},
    {".config/git/credentials", "passwords of Git servers"},
    {".config/gh", "tokens of GitHub"},
    {".config/glab-cli", "tokens of GitLab"},
    {".config/hub", "tokens of GitHub"},
    {".aws", "keys of Amazon's cloud"},
    {".azure", "keys of Microsoft's cloud"},
    {".config/gcloud", "keys of Google's cloud"},
    {".boto", "keys of Google's cloud"},
    {".oci", "keys of Oracle's cloud"},
    {".config/doctl", "tokens of DigitalOcean"},
    {".config/hcloud", "tokens of Hetzner's cloud"},
    {".config/rclone", "keys of many clouds"},
    {".s3cfg", "keys of S3 storage"},
    {".kube", "keys of Kubernetes clusters"},
    {".terraform.d", "tokens of Terraform"},
    {".vault-token", "a token of HashiCorp Vault"},
    {".docker", "passwords of container registries"},
    {".config/containers/auth.json", "passwords of container registries"},
    {".npmrc", "tokens of the npm registry"},
    {".yarnrc.yml", "tokens of the npm registry"},
    {".pypirc", "tokens of the Python package index"},
    {".gem/credentials", "tokens of RubyGems"},
    {".cargo/credentials", "tokens of crates.io"},
    {".cargo/credentials.toml", "tokens of crates.io"},
    {".m2/settings.xml", "passwords of Maven repositories"},
    {".gradle/gradle.properties", "passwords of Maven repositories"},
    {".pgpass", "passwords of PostgreSQL"},
    {".my.cnf", "passwords of MySQL"},
    {".mozilla", "passwords and sessions of Firefox"},
    {".thunderbird", "mail, and the passwords to it"},
    {".config/google-chrome", "passwords and sessions of Chrome"},
    {".config/chromium", "passwords and sessions of Chromium"},
    {".config/BraveSoftware", "passwords and sessions of Brave"},
    {".config/microsoft-edge", "passwords and sessions of Edge"},
    {".config/Signal", "messages"},
    {".electrum", "money"},
    {".bitcoin", "money"},
    {".ethereum", "money"},
    {".bash_history", "commands, and passwords typed in them"},
    {".zsh_history", "commands, and passwords typed in them"},
    {".local/share/fish/fish_history", "commands, and passwords typed in them"},
    {".python_history", "commands, and passwords typed in them"},
    {".psql_history", "commands, and passwords typed in them"},
    {".mysql_history", "commands, and passwords typed in them"},
};

// Returns the table's rows below `home`.
std::vector<Secret> SecretsBelow(const std::string& home);

}  // namespace sbx::fs

#endif  // SBX_FS_SECRETS_H_
