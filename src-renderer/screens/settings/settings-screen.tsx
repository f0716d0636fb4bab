import { Copy, ExternalLink, Eye, EyeOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';
import { useStore } from 'zustand';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import { THEMES } from '../../stores/theme-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button, IconButton } from '../../ui/button.js';
import { Segments } from '../../ui/choice.js';
import { texts } from '../../ui/texts.js';

/** What can be chosen, and what other programs need to know. */
export function SettingsScreen() {
  const { theme, connection } = useStudio();
  const chosen = useStore(theme, (state) => state.theme);
  const capabilities = useStore(connection, (state) => state.capabilities);
  const version = useStore(connection, (state) => state.version);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{texts.settings.title}</h1>
      </header>
      <Group title={texts.settings.appearance}>
        <Row name={texts.settings.theme}>
          <Segments
            label={texts.settings.theme}
            value={chosen}
            values={THEMES.map((id) => ({ id, text: texts.settings.themes[id] }))}
            onChange={theme.getState().setTheme}
          />
        </Row>
      </Group>
      <Programs />
      {capabilities && (
        <Group title={texts.settings.limits} intro={texts.settings.limitsIntro}>
          <Row name={texts.settings.photosPerCapture}>
            {texts.settings.photosRange(capabilities.limits.min_photos, capabilities.limits.max_photos)}
          </Row>
          <Row name={texts.settings.photoSize}>{formatBytes(capabilities.limits.max_photo_bytes)}</Row>
          <Row name={texts.settings.engines}>
            {capabilities.engines
              .filter(({ available }) => available)
              .map(({ name, title, version }) =>
                name === 'builtin' ? texts.settings.builtIn : `${title} ${version ?? ''}`,
              )
              .join(', ')}
          </Row>
        </Group>
      )}
      <Group title={texts.settings.about}>
        <Row name={texts.settings.version}>{version ?? '–'}</Row>
        <p className="group-note">{texts.settings.local}</p>
      </Group>
    </div>
  );
}

function Programs() {
  const { session, notices, baseUrl } = useStudio();
  const token = useStore(session, (state) => state.token) ?? '';
  const [isShown, setShown] = useState(false);
  const [next, setNext] = useState<string>();
  const copy = (text: string) =>
    void navigator.clipboard
      .writeText(text)
      .then(() => notices.getState().show({ kind: 'good', text: texts.common.copied }, 2));
  return (
    <Group title={texts.settings.api} intro={texts.settings.apiIntro}>
      <Row name={texts.settings.address}>
        <code>{baseUrl}</code>
        <IconButton
          icon={Copy}
          label={`${texts.common.copy}: ${texts.settings.address}`}
          onPress={() => copy(baseUrl)}
        />
      </Row>
      <Row name={texts.settings.token}>
        <code className="token">{isShown ? token : '•'.repeat(24)}</code>
        <IconButton
          icon={isShown ? EyeOff : Eye}
          label={isShown ? texts.settings.tokenHide : texts.settings.tokenShow}
          onPress={() => setShown(!isShown)}
        />
        <IconButton icon={Copy} label={`${texts.common.copy}: ${texts.settings.token}`} onPress={() => copy(token)} />
      </Row>
      <div className="group-foot">
        {next === undefined ? (
          <>
            <Button size="s" onPress={() => setNext('')}>
              {texts.settings.tokenChange}
            </Button>
            <a className="text-link" href={`${baseUrl}/docs`} target="_blank" rel="noreferrer">
              {texts.settings.docs} <ExternalLink size={13} aria-hidden />
            </a>
          </>
        ) : (
          <Form
            className="token-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (next.trim() === '') return;
              session.getState().setToken(next.trim());
              setNext(undefined);
            }}
          >
            <TextField value={next} onChange={setNext} type="password" autoComplete="off" autoFocus>
              <Label className="field-label">{texts.token.label}</Label>
              <Input className="input" />
            </TextField>
            <Button kind="primary" type="submit" isDisabled={next.trim() === ''}>
              {texts.token.connect}
            </Button>
            <Button kind="quiet" onPress={() => setNext(undefined)}>
              {texts.common.cancel}
            </Button>
          </Form>
        )}
      </div>
    </Group>
  );
}

function Group({
  title,
  intro,
  children,
}: {
  readonly title: string;
  readonly intro?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="group" aria-label={title}>
      <h2 className="section-title">{title}</h2>
      {intro && <p className="group-intro">{intro}</p>}
      <div className="group-rows">{children}</div>
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="setting">
      <span className="setting-name">{name}</span>
      <span className="setting-value">{children}</span>
    </div>
  );
}
