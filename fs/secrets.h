// SPDX-License-Identifier: Apache-2.0
//
// Where people's secrets lie, as data: what every sandbox hides unless it is
// shared or exposed by name.

#ifndef SBX_FS_SECRETS_H_
#define SBX_FS_SECRETS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fs/spec.h"

namespace sbx::fs {

struct SecretRow {
  // What it is called where it is to be shown; several rows may share one.
  absl::string_view name;
  // From the home directory on.
  absl::string_view path;
  absl::string_view reason;
};

inline constexpr SecretRow kSecrets[] = {
    {"ssh", ".ssh", "SSH keys and the hosts that they open"},
    {"gnupg", ".gnupg", "OpenPGP keys"},
    {"pki", ".pki", "certificates' private keys"},
    {"pass", ".password-store", "passwords (pass)"},
    {"keyring", ".local/share/keyrings", "passwords (GNOME keyring)"},
    {"kwallet", ".local/share/kwalletd", "passwords (KDE wallet)"},
    {"keepassxc", ".config/keepassxc", "passwords (KeePassXC)"},
    {"bitwarden", ".config/Bitwarden", "passwords (Bitwarden)"},
    {"1password", ".config/1Password", "passwords (1Password)"},
    {"1password", ".config/op", "tokens of 1Password"},
    {"1password", ".1password", "the socket of its agent"},
    {"netrc", ".netrc", "passwords of FTP and web sites"},
    {"git", ".git-credentials", "passwords of Git servers"},
    {"git", ".config/git/credentials", "passwords of Git servers"},
    {"github", ".config/gh", "tokens of GitHub"},
    {"gitlab", ".config/glab-cli", "tokens of GitLab"},
    {"github", ".config/hub", "tokens of GitHub"},
    {"github", ".config/github-copilot", "tokens of GitHub Copilot"},
    {"aws", ".aws", "keys of Amazon's cloud"},
    {"azure", ".azure", "keys of Microsoft's cloud"},
    {"google-cloud", ".config/gcloud", "keys of Google's cloud"},
    {"google-cloud", ".boto", "keys of Google's cloud"},
    {"oracle-cloud", ".oci", "keys of Oracle's cloud"},
    {"digitalocean", ".config/doctl", "tokens of DigitalOcean"},
    {"hetzner", ".config/hcloud", "tokens of Hetzner's cloud"},
    {"fly", ".fly", "tokens of Fly.io"},
    {"netlify", ".config/netlify", "tokens of Netlify"},
    {"cloudflare", ".wrangler", "tokens of Cloudflare"},
    {"cloudflare", ".config/.wrangler", "tokens of Cloudflare"},
    {"rclone", ".config/rclone", "keys of many clouds"},
    {"s3cmd", ".s3cfg", "keys of S3 storage"},
    {"kubernetes", ".kube", "keys of Kubernetes clusters"},
    {"terraform", ".terraform.d", "tokens of Terraform"},
    {"vault", ".vault-token", "a token of HashiCorp Vault"},
    {"sops", ".config/sops", "keys that open encrypted files"},
    {"age", ".config/age", "keys that open encrypted files"},
    {"docker", ".docker", "passwords of container registries"},
    {"containers", ".config/containers/auth.json",
     "passwords of container registries"},
    {"npm", ".npmrc", "tokens of the npm registry"},
    {"npm", ".yarnrc.yml", "tokens of the npm registry"},
    {"pypi", ".pypirc", "tokens of the Python package index"},
    {"rubygems", ".gem/credentials", "tokens of RubyGems"},
    {"cargo", ".cargo/credentials", "tokens of crates.io"},
    {"cargo", ".cargo/credentials.toml", "tokens of crates.io"},
    {"maven", ".m2/settings.xml", "passwords of Maven repositories"},
    {"gradle", ".gradle/gradle.properties", "passwords of Maven repositories"},
    {"postgresql", ".pgpass", "passwords of PostgreSQL"},
    {"mysql", ".my.cnf", "passwords of MySQL"},
    {"filezilla", ".config/filezilla", "passwords of FTP sites"},
    {"firefox", ".mozilla", "passwords and sessions of Firefox"},
    {"firefox", ".var/app/org.mozilla.firefox", "the same, from Flatpak"},
    {"firefox", "snap/firefox", "the same, from Snap"},
    {"firefox", ".librewolf", "passwords and sessions of LibreWolf"},
    {"thunderbird", ".thunderbird", "mail, and the passwords to it"},
    {"chrome", ".config/google-chrome", "passwords and sessions of Chrome"},
    {"chromium", ".config/chromium", "passwords and sessions of Chromium"},
    {"chromium", "snap/chromium", "the same, from Snap"},
    {"brave", ".config/BraveSoftware", "passwords and sessions of Brave"},
    {"edge", ".config/microsoft-edge", "passwords and sessions of Edge"},
    {"vivaldi", ".config/vivaldi", "passwords and sessions of Vivaldi"},
    {"opera", ".config/opera", "passwords and sessions of Opera"},
    {"signal", ".config/Signal", "messages"},
    {"x11", ".Xauthority", "the key to the screen and the keyboard"},
    {"claude", ".claude/.credentials.json", "tokens of a coding agent"},
    {"codex", ".codex/auth.json", "tokens of a coding agent"},
    {"gemini", ".gemini/oauth_creds.json", "tokens of a coding agent"},
    {"wallets", ".electrum", "money"},
    {"wallets", ".bitcoin", "money"},
    {"wallets", ".ethereum", "money"},
    {"history", ".bash_history", "commands, and passwords typed in them"},
    {"history", ".zsh_history", "commands, and passwords typed in them"},
    {"history", ".local/share/fish/fish_history",
     "commands, and passwords typed in them"},
    {"history", ".python_history", "commands, and passwords typed in them"},
    {"history", ".psql_history", "commands, and passwords typed in them"},
    {"history", ".mysql_history", "commands, and passwords typed in them"},
    {"history", ".sqlite_history", "commands, and passwords typed in them"},
    {"history", ".node_repl_history", "commands, and passwords typed in them"},
    {"history", ".rediscli_history", "commands, and passwords typed in them"},
    {"history", ".lesshst", "what was searched for in files"},
};

// Variables that say where such a store is, if it is elsewhere.
struct SecretVariableRow {
  absl::string_view name;
  absl::string_view variable;
  absl::string_view reason;
};

inline constexpr SecretVariableRow kSecretVariables[] = {
    {"ssh-agent", "SSH_AUTH_SOCK", "who reaches it can use the SSH keys"},
    {"gnupg", "GNUPGHOME", "OpenPGP keys"},
    {"pass", "PASSWORD_STORE_DIR", "passwords (pass)"},
    {"aws", "AWS_SHARED_CREDENTIALS_FILE", "keys of Amazon's cloud"},
    {"google-cloud", "GOOGLE_APPLICATION_CREDENTIALS",
     "keys of Google's cloud"},
    {"kubernetes", "KUBECONFIG", "keys of Kubernetes clusters"},
    {"docker", "DOCKER_CONFIG", "passwords of container registries"},
    {"containers", "REGISTRY_AUTH_FILE", "passwords of container registries"},
    {"npm", "NPM_CONFIG_USERCONFIG", "tokens of the npm registry"},
    {"netrc", "NETRC", "passwords of FTP and web sites"},
    {"postgresql", "PGPASSFILE", "passwords of PostgreSQL"},
    {"x11", "XAUTHORITY", "the key to the screen and the keyboard"},
    {"history", "HISTFILE", "commands, and passwords typed in them"},
};

// Returns the table's rows below `home`.
std::vector<Secret> SecretsBelow(const std::string& home);

// Whether `secrets` has them already, which are all there or none.
bool HaveSecretsBelow(const std::string& home,
                      const std::vector<Secret>& secrets);

// Shows of `secrets` what `which` says: all with that name; or, if it is an
// absolute path, those at or below it, or that part of one which it is.  False
// if a path has to do with none of them.
bool Show(const std::string& which, std::vector<Secret>& secrets);

// The names in the tables.
std::set<std::string> NamesOfSecrets();

}  // namespace sbx::fs

#endif  // SBX_FS_SECRETS_H_
