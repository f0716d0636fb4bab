import { CircleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.js';
import { Message } from '../ui/message.js';
import { texts } from '../ui/texts.js';

/** Keeps the rest of the studio alive when a screen fails. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Message icon={CircleAlert} tone="bad" title={texts.app.crashed} hint={texts.app.crashedHint}>
        <Button kind="primary" onPress={() => this.setState({ hasFailed: false })}>
          {texts.common.retry}
        </Button>
      </Message>
    );
  }
}
